import { type BatchContext, LOG_LEVELS, type Log, type LogLevel } from '../definition/context.ts';
import type { Definition } from '../definition/options.ts';
import type { Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import type { Lifeline } from './lifeline.ts';
import type { Marks } from './marks.ts';

/** What a run has that its handler is to see. */
export interface Run {
  readonly job: Job;
  readonly definition: Definition;
  readonly items: readonly unknown[];
  readonly maxAttempts: number;
  readonly lifeline: Lifeline;
  readonly marks: Marks;
}

/** A handler's context; its methods need no `this`, so that they can be taken out of it. */
export function handlerContext(services: Services, run: Run): BatchContext<unknown> {
  const { job, definition, items, maxAttempts, lifeline, marks } = run;
  const { clock } = services;
  const began = clock.now();
  return Object.freeze({
    id: job.id,
    name: job.batch,
    batch: items,
    batchSize: items.length,
    groupKey: job.group,
    attempt: job.attempts,
    maxAttempts,
    createdAt: new Date(job.createdAt),
    flushReason: job.reason,
    tags: definition.tags,
    signal: lifeline.signal,
    get duration() {
      return clock.now() - began;
    },
    get aborted() {
      return lifeline.signal.aborted;
    },
    progress: (percent: number, label?: string) => {
      const reported = lifeline.report(percent, label);
      // who does not wait for it is not to be ended by it
      reported.catch(() => {});
      return reported;
    },
    getProgress: () => {
      const { percent = 0, label } = lifeline.progress ?? {};
      return { percent, ...(label !== undefined && { label }) };
    },
    log: logOf(services, job),
    discard: (reason?: string) => marks.discard(reason),
    fail: (item: unknown, error?: unknown, options = {}) => marks.fail(item, error, options),
  } satisfies BatchContext<unknown>);
}

function logOf({ log }: Services, { batch, id, group, attempts }: Job): Log {
  const at = (level: LogLevel, message: string, data?: unknown) =>
    log({ level, message, batch, job: id, group, attempt: attempts, ...(data !== undefined && { data }) });
  const levels = LOG_LEVELS.map(
    level => [level, (message: string, data?: unknown) => at(level, message, data)] as const,
  );
  return Object.assign(at, Object.fromEntries(levels) as Pick<Log, LogLevel>);
}
