import * as v from 'valibot';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { About } from '#lib/telemetry/log-line';
import type { AdminAction } from '#lib/topology';
import {
  allStatuses,
  batchStatus,
  drainBatch,
  flushBatch,
  pauseBatch,
  redriveBatch,
  reportDrain,
  resumeBatch,
} from './actions/batch-actions.ts';
import { listJobs, purgeJob, redriveJob, showJob, showWindow } from './actions/job-actions.ts';
import type { Context } from './context.ts';
import { parseInput } from './parse-input.ts';
import { type Problem, toProblem } from './problem.ts';
import { DRAIN, FLUSH, JOB_FILTER, JOB_VIEW, PAUSE, WINDOW_FILTER } from './schemas/inputs.ts';

const BATCH = { batch: v.string('it has to be a batch’s name') };
const JOB = { job: v.string('it has to be a job’s id') };

const EVENTS = {
  batch: v.strictObject(BATCH),
  maybeBatch: v.strictObject({ batch: v.optional(BATCH.batch) }),
  job: v.strictObject(JOB),
  flush: v.strictObject({ ...BATCH, ...FLUSH.entries }),
  pause: v.strictObject({ ...BATCH, ...PAUSE.entries }),
  drain: v.strictObject({ ...BATCH, ...DRAIN.entries }),
  drainReport: v.strictObject({ ...BATCH, report: v.boolean() }),
  jobs: v.strictObject({ ...BATCH, ...JOB_FILTER.entries }),
  showJob: v.strictObject({ ...JOB, ...JOB_VIEW.entries }),
  showWindow: v.strictObject({ ...JOB, window: v.literal(true), ...WINDOW_FILTER.entries }),
};

const parse = <S extends v.GenericSchema>(schema: S, event: unknown): v.InferOutput<S> =>
  parseInput(schema, event, 'event');
const has = (event: unknown, field: string): boolean =>
  typeof event === 'object' && event !== null && field in event;

/** The batch or the job that an event names, for the log. */
const named = (event: unknown): Pick<About, 'batch' | 'job'> => {
  const { batch, job } = (event ?? {}) as Pick<About, 'batch' | 'job'>;
  return { ...(batch !== undefined && { batch }), ...(job !== undefined && { job }) };
};

/** What each action does with its event. */
const ACTIONS: Readonly<Record<AdminAction, (context: Context, event: unknown) => Promise<object>>> = {
  flush(context, event) {
    const { batch, ...options } = parse(EVENTS.flush, event);
    return flushBatch(context, batch, options);
  },
  pause(context, event) {
    const { batch, ...options } = parse(EVENTS.pause, event);
    return pauseBatch(context, batch, options);
  },
  resume: (context, event) => resumeBatch(context, parse(EVENTS.batch, event).batch),
  drain(context, event) {
    if (has(event, 'report')) {
      const { batch, report } = parse(EVENTS.drainReport, event);
      if (report) return reportDrain(context, batch);
    }
    const { batch, ...options } = parse(EVENTS.drain, event);
    return drainBatch(context, batch, options);
  },
  status(context, event) {
    const { batch } = parse(EVENTS.maybeBatch, event);
    return batch === undefined ? allStatuses(context) : batchStatus(context, batch);
  },
  jobs(context, event) {
    if (has(event, 'window')) {
      const { job, window: _, ...filter } = parse(EVENTS.showWindow, event);
      return showWindow(context, job, filter);
    }
    if (has(event, 'job')) {
      const { job, ...view } = parse(EVENTS.showJob, event);
      return showJob(context, job, view);
    }
    const { batch, ...filter } = parse(EVENTS.jobs, event);
    return listJobs(context, batch, filter);
  },
  redrive(context, event) {
    if (has(event, 'job')) return redriveJob(context, parse(EVENTS.job, event).job);
    return redriveBatch(context, parse(EVENTS.batch, event).batch);
  },
  purge: (context, event) => purgeJob(context, parse(EVENTS.job, event).job),
};

/**
 * One of the operators' actions, by direct invocation: `{ batch, … }` or `{ job, … }`, with the fields that HTTP has
 * in its query or body. It answers what HTTP answers.
 *
 * A problem is returned and not thrown, as the object that HTTP has: an error that a function throws reaches its
 * invoker as a text. `type: 'about:blank'` and `code` tell it from every other answer. What went wrong here (500 over
 * HTTP) is thrown, so that it counts among the function's errors.
 */
export function admin(deployment: Deployment, definitions: readonly Definition[], action: AdminAction) {
  return async (event: unknown): Promise<object | Problem> => {
    try {
      const answer = await ACTIONS[action]({ deployment, definitions }, event ?? {});
      deployment.services.note({ level: 'info', message: `${action} was asked for`, ...named(event) });
      return answer;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status === 500) throw error;
      return problem;
    }
  };
}
