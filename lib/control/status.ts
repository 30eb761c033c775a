import type { JobStatus } from '../definition/job-info.ts';
import type { Definition } from '../definition/options.ts';
import { jobsOf } from '../jobs/jobs-of.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { JobList } from '../store/job-ports.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { type ControlState, toControlState } from './control-state.ts';
import { withOwn } from './flush.ts';
import { remembered } from './remembered.ts';
import { readThroughput, type Throughput } from './throughput.ts';

/** How much a status reads at most. Beyond these bounds figures are lower bounds, and marked so. */
export interface StatusCaps {
  /** Heads of buffers, and about as many entries of the index that finds them. */
  readonly buffers: number;
  /** Records of jobs that have not ended. */
  readonly openJobs: number;
  /** Entries of ended jobs of each status, which are counted and not read. */
  readonly endedJobs: number;
  /** Records of ended jobs of each status, for the throughput of the last hour. */
  readonly throughput: number;
}

const ONE_BATCH: StatusCaps = { buffers: 2_000, openJobs: 1_000, endedJobs: 10_000, throughput: 500 };
/** Of each batch where all are asked for at once, as a page of all batches does every few seconds. */
const EACH_OF_ALL: StatusCaps = { buffers: 500, openJobs: 200, endedJobs: 2_000, throughput: 100 };
const LAST_ERRORS = 5;

/** The state of a batch. */
export interface BatchStatus extends ControlState {
  readonly options: BatchOptionsInfo;
  readonly buffers: {
    /** The number of buffers with an open window. */
    readonly open: number;
    readonly items: number;
    readonly oldestItemAt?: Date;
    /** When the heads were read. The index that finds them may lag a moment. */
    readonly asOf: Date;
    /** Set if there are more buffers than were read. */
    readonly capped?: true;
  };
  readonly jobs: Readonly<Record<JobStatus, number>> & { readonly capped?: true };
  readonly throughput: Throughput;
  /** The latest failures, the newest first. */
  readonly lastErrors: readonly {
    readonly job: string;
    readonly group?: string;
    readonly at: Date;
    readonly message: string;
    readonly status: JobStatus;
  }[];
}

/** A definition's options as data. */
export interface BatchOptionsInfo
  extends Pick<
    Definition,
    | 'maxSize'
    | 'maxWaitMs'
    | 'maxBytes'
    | 'persist'
    | 'shards'
    | 'concurrency'
    | 'timeout'
    | 'retries'
    | 'throttle'
    | 'maxPendingBatches'
    | 'quietMs'
    | 'ordered'
    | 'tags'
  > {
  readonly grouped: boolean;
  readonly deduplicated: boolean;
  readonly deadLetter: boolean;
}

/**
 * Returns the state of a batch, by a bounded number of reads.
 *
 * @param isOneOfAll whether it is part of a list of all batches: then less is read of it. Default false
 */
export async function status(
  services: Pick<Services, 'store' | 'clock' | 'remember'>,
  definition: Definition,
  isOneOfAll = false,
): Promise<BatchStatus> {
  const caps = isOneOfAll ? EACH_OF_ALL : ONE_BATCH;
  const { name } = definition;
  const { store } = services;
  const opened = take(jobsOf(services, name, 'open'), caps.openJobs);
  // what was read for one of the two is no answer for the other
  const what = isOneOfAll ? `${name}, one of all` : name;
  const [control, buffers, open, ended, throughput] = await Promise.all([
    store.controls.readControl(name),
    readBuffers(services, definition, caps.buffers),
    opened,
    remembered(services, `${what} ended`, () => countEnded(services, definition, caps.endedJobs)),
    remembered(services, `${what} throughput`, () => readThroughput(services, name, opened, caps)),
  ]);
  const failed = await Promise.all(
    (['failed', 'dead'] as const).map(list => take(jobsOf(services, name, list, LAST_ERRORS), LAST_ERRORS)),
  );
  const jobs = { waiting: 0, active: 0, retrying: 0, parked: 0, completed: 0, failed: 0, dead: 0 };
  for (const job of open) if (!isEnded(job)) jobs[job.status] += 1;
  const capped = open.length === caps.openJobs || Object.values(ended).some(count => count >= caps.endedJobs);
  return {
    ...toControlState(name, control),
    options: optionsOf(definition),
    buffers,
    jobs: { ...jobs, ...ended, ...(capped && { capped }) },
    throughput,
    lastErrors: lastErrors([...failed.flat(), ...open]),
  };
}

async function readBuffers(
  { store, clock }: StoreAccess,
  definition: Definition,
  most: number,
): Promise<BatchStatus['buffers']> {
  const asOf = new Date(clock.now());
  const { buffers, isAll } = await store.index.someBuffersOf(definition.name, most);
  const found = withOwn(definition, buffers);
  const heads = await store.heads.readHeads(found.slice(0, most));
  const open = heads.flatMap(({ head }) => (head.open ? [head] : []));
  const oldest = Math.min(...open.map(head => head.open?.openedAt ?? Number.POSITIVE_INFINITY));
  return {
    open: open.length,
    items: open.reduce((sum, { next, base }) => sum + next - base, 0),
    ...(open.length > 0 && { oldestItemAt: new Date(oldest) }),
    asOf,
    ...((!isAll || found.length > most) && { capped: true as const }),
  };
}

/** Counts the ended jobs that are still shown. A dead job's retention begins only when its `onDead` has returned. */
async function countEnded(
  { store, clock }: StoreAccess,
  { name, retention, deadLetter }: Definition,
  most: number,
) {
  const count = (list: JobList, since?: number) => store.jobs.count(name, list, most, since);
  const now = clock.now();
  const [completed, failed, dead] = await Promise.all([
    count('completed', now - retention.completed),
    count('failed', now - retention.failed),
    count('dead', deadLetter.onDead === undefined ? now - retention.failed : undefined),
  ]);
  return { completed, failed, dead, read: completed + failed + dead };
}

function lastErrors(jobs: readonly Job[]): BatchStatus['lastErrors'] {
  // a job whose status has just changed may be in two lists
  return [...new Map(jobs.map(job => [job.id, job])).values()]
    .flatMap(({ id, group, status, error, finishedAt, statusChangedAt }) =>
      error
        ? [
            {
              job: id,
              ...(group !== undefined && { group }),
              at: new Date(finishedAt ?? statusChangedAt),
              message: error.message,
              status,
            },
          ]
        : [],
    )
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, LAST_ERRORS);
}

async function take<T>(from: AsyncGenerator<T>, most: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const each of from) {
    taken.push(each);
    if (taken.length === most) break;
  }
  return taken;
}

function optionsOf(definition: Definition): BatchOptionsInfo {
  const { groupBy, deduplicateBy, deadLetter } = definition;
  const names = [
    'maxBytes',
    'concurrency',
    'timeout',
    'throttle',
    'maxPendingBatches',
    'quietMs',
  ] as const satisfies (keyof Definition)[];
  const given = Object.fromEntries(
    names.flatMap(name => (definition[name] === undefined ? [] : [[name, definition[name]]])),
  );
  const { maxSize, maxWaitMs, persist, shards, retries, ordered, tags } = definition;
  return {
    maxSize,
    maxWaitMs,
    ...given,
    grouped: groupBy !== undefined,
    deduplicated: deduplicateBy !== undefined,
    persist,
    shards,
    retries,
    deadLetter: deadLetter.enabled,
    ordered,
    tags,
  };
}
