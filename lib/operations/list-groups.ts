import * as v from 'valibot';
import type { GroupStatus } from '../control/groups.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { lateImport } from '../late-import.ts';
import { defineOperation } from './definition/operation.ts';
import { CURSOR, count, GROUP, time } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { schemaOf } from './schemas/json.ts';
import { cursor, LIMIT, PAGE } from './schemas/request-fields.ts';

const lateGroups = lateImport(() => import('../control/groups.ts'));

export const GROUP_STATUS = schemaOf<GroupStatus>()(
  v.strictObject({
    group: GROUP,
    items: count('The number of taken slots in its buffers, over all shards.'),
    maxSize: count('The `maxSize` that its open window was opened with.'),
    openedAt: time('When its first item was added.'),
    deadline: time('The deadline of its open window.'),
  }),
);

export const listGroups = defineOperation({
  name: 'listGroups',
  route: 'GET /v1/batches/{batch}/groups',
  answeredBy: 'adminHttp',
  rights: { find: ['due'], table: ['GetItem', 'BatchGetItem'] },
  tag: 'Batches',
  summary: 'List the groups with buffered items',
  request: {
    schema: v.strictObject({
      limit: v.optional(LIMIT),
      cursor: v.optional(cursor(/^[\w-]{1,12000}$/)),
    }),
  },
  answer: {
    schema: v.strictObject({
      groups: v.array(GROUP_STATUS),
      cursor: CURSOR,
      asOf: time('When this was read.'),
    }),
    description: 'A page of the groups, in the order of their keys.',
    example: {
      groups: [
        { group: 'example.com', items: 42, maxSize: 500, openedAt: examples.AT, deadline: examples.LATER },
      ],
      asOf: examples.AT,
    },
  },
  async run({ deployment, definitions }, { batch, limit = PAGE.default, cursor }) {
    const definition = findDefinition(definitions, batch);
    const { listGroups } = await lateGroups();
    return listGroups(deployment.services, definition, { limit, cursor });
  },
});
