import * as v from 'valibot';
import type { JobInfo } from '../definition/job-info.ts';
import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';
import type { SlotView } from '../jobs/look-at-window.ts';
import { lateImport } from '../late-import.ts';
import { limitsOf } from '../producer/limits-of.ts';
import type { Job } from '../store/job.ts';
import { cut } from '../text/cut.ts';
import { fitting } from './definition/answer-size.ts';
import { isJobId } from './definition/job-by-id.ts';
import { defineOperation } from './definition/operation.ts';
import { count, JOB_ID } from './schemas/answer-fields.ts';
import * as examples from './schemas/examples.ts';
import { JOB_INFO } from './schemas/job-info.ts';
import { integer } from './schemas/request-fields.ts';

const lateLookAtWindow = lateImport(() => import('../jobs/look-at-window.ts'));
const lateJobInfo = lateImport(() => import('../jobs/job-info.ts'));

/** As many of a window's slots as fit into an answer, and its job if it was flushed. */
interface WindowPage {
  readonly id: string;
  /** Absent while the window is open, and after its record has expired or was purged. */
  readonly job?: JobInfo;
  /** The `maxSize` of its group by the current definition. */
  readonly maxSize?: number;
  readonly slots: readonly SlotView[];
  /** The first slot that did not fit. */
  readonly nextSlot?: number;
}

const SLOT = v.strictObject({
  slot: count('From 0 in each window.'),
  holds: v.pipe(
    v.picklist(['item', 'empty', 'fenced', 'open', 'erased']),
    v.description(
      '`empty`: its writer has put the item elsewhere. `fenced`: a reader has closed it, since no writer had filled it. `open`: no item is there yet. `erased`: purged.',
    ),
  ),
  item: v.exactOptional(v.unknown()),
  state: v.exactOptional(
    v.pipe(
      v.picklist(['pending', 'done', 'dead', 'left out', 'duplicate']),
      v.description(
        '`left out`: by `beforeFlush`. `duplicate`: another item with its dedup key is in the batch in its place. Absent while there is no job, and if `beforeFlush` has made other items.',
      ),
    ),
  ),
});

export const getWindow = defineOperation({
  name: 'getWindow',
  route: 'GET /v1/jobs/{job}/window',
  answeredBy: 'adminHttp',
  direct: { function: 'jobs', with: { window: v.literal(true, 'it has to be true') } },
  rights: { table: ['GetItem', 'Query'] },
  tag: 'Jobs',
  summary: 'Get a job’s window, slot by slot',
  description:
    'It shows the slots that receipts name, also while the window is open and has no job. It does not close gaps. A window without any write, or with expired records, has no slots. Items of a batch with `persist: false` have no slots.',
  request: {
    schema: v.strictObject({
      from: v.optional(
        v.pipe(
          integer(0, LIMITS.maxSize.max),
          v.description('The first slot to list: `nextSlot` of the page before. Default 0.'),
        ),
      ),
    }),
  },
  answer: {
    schema: v.strictObject({
      id: JOB_ID,
      job: v.exactOptional(
        v.pipe(JOB_INFO, v.description('Absent while the window is open, and after the record was deleted.')),
      ),
      maxSize: v.exactOptional(count('The `maxSize` of its group by the current definition.')),
      slots: v.pipe(
        v.array(SLOT),
        v.description(
          'All slots of a flushed window. Of an open one, those up to the last that was written.',
        ),
      ),
      nextSlot: v.exactOptional(
        count('The slots did not all fit into the answer: ask again with `from` set to this.'),
      ),
    }),
    description: 'The window as it is stored.',
    example: {
      id: examples.JOB_ID,
      job: examples.JOB,
      slots: [
        { slot: 0, holds: 'item', item: { id: 'c1', site: 'example.com' }, state: 'dead' },
        { slot: 1, holds: 'fenced' },
      ],
    },
  },
  async run({ deployment, definitions }, { job: id, from = 0 }): Promise<WindowPage> {
    if (!isJobId(id)) return { id: cut(id, 100), slots: [] };
    const [{ lookAtWindow }, { toJobInfo }] = await Promise.all([lateLookAtWindow(), lateJobInfo()]);
    const { job, slots: all } = await lookAtWindow(deployment.services, id);
    const { page: slots, next } = fitting(all.slice(from));
    return {
      id,
      ...(job && { job: toJobInfo(job) }),
      ...boundOf(definitions, job),
      slots,
      ...(next && { nextSlot: next.slot }),
    };
  },
});

function boundOf(definitions: readonly Definition[], job: Pick<Job, 'batch' | 'group'> | undefined) {
  const definition = definitions.find(({ name }) => name === job?.batch);
  try {
    return definition && { maxSize: limitsOf(definition, job?.group).maxSize };
  } catch {
    // the definition's `limits` throws for this group now: leave the bound out
    return undefined;
  }
}
