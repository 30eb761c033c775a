import { listActions as list } from '../control/actions.ts';
import { findDefinition } from '../definition/find-definition.ts';
import { defineOperation } from './definition/operation.ts';
import { LIST_OF_ACTIONS } from './schemas/actions.ts';
import { PAGE } from './schemas/request-fields.ts';

export const listActions = defineOperation({
  name: 'listActions',
  route: 'GET /v1/actions',
  ...LIST_OF_ACTIONS,
  tag: 'Batches',
  summary: 'List what operators have done, the latest first',
  run({ deployment, definitions }, { limit = PAGE.default, cursor }) {
    const batches = definitions.map(({ name }) => name);
    return list(deployment.services, batches, { limit, cursor });
  },
});

export const listBatchActions = defineOperation({
  name: 'listBatchActions',
  route: 'GET /v1/batches/{batch}/actions',
  ...LIST_OF_ACTIONS,
  tag: 'Batches',
  summary: 'List what operators have done to a batch, the latest first',
  run({ deployment, definitions }, { batch, limit = PAGE.default, cursor }) {
    const { name } = findDefinition(definitions, batch);
    return list(deployment.services, [name], { limit, cursor });
  },
});
