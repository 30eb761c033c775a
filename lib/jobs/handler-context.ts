import {
  type BatchContext,
  type FailOptions,
  LOG_LEVELS,
  type Log,
  type LogLevel,
} from '../definition/context.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { toLoggable, toText } from '../telemetry/to-loggable.ts';
import { cut } from '../text/cut.ts';
import { aboutJob } from './about-job.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { ItemFailures } from './item-failures.ts';

/** What a handler's context needs of its run. */
export interface Run {
  readonly job: Job;
  readonly definition: Definition;
  /** Frozen. */
  readonly items: readonly unknown[];
  readonly maxAttempts: number;
  readonly heartbeat: Heartbeat;
  readonly failures: ItemFailures;
}

/** A handler's context, and how to end it. */
export interface EndingContext {
  readonly context: BatchContext<unknown>;
  /** Ends the context when the handler has returned or thrown. Later calls have no effect and are logged. */
  readonly end: () => void;
}

/** Characters of a line's message; `data` has bounds of its own. */
const MESSAGE_LENGTH = 50_000;

/** Late calls of one attempt that are told in the log. */
const LATE_CALLS_TOLD = 10;

/** Makes a handler's context; its methods need no `this`, so that they can be taken out of it. */
export function handlerContext(services: Pick<Services, 'clock' | 'log' | 'warn'>, run: Run): EndingContext {
  const { job, definition, items, maxAttempts, heartbeat, failures } = run;
  const { clock } = services;
  const began = clock.now();
  const ending = endingOf(services, job);
  const context = Object.freeze({
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
    signal: heartbeat.signal,
    get duration() {
      return clock.now() - began;
    },
    get aborted() {
      return heartbeat.signal.aborted;
    },
    progress: (percent: number, label?: string) => {
      if (ending.isLate('progress()')) return Promise.resolve();
      const reported = heartbeat.report(percent, label);
      // If the handler does not await it, its rejection must not end the process.
      reported.catch(() => {});
      return reported;
    },
    getProgress: () => {
      const { percent = 0, label } = heartbeat.progress ?? {};
      return { percent, ...(label !== undefined && { label }) };
    },
    log: logOf(services, job),
    discard: (reason?: string) => {
      if (!ending.isLate('discard()')) failures.discard(reason);
    },
    fail: (item: unknown, error?: unknown, options?: FailOptions) => {
      if (!ending.isLate('fail()')) failures.fail(item, error, options);
    },
    failAt: (index: number, error?: unknown, options?: FailOptions) => {
      if (!ending.isLate(`failAt(${toText(index)})`)) failures.failAt(index, error, options);
    },
  } satisfies BatchContext<unknown>);
  return { context, end: ending.end };
}

/**
 * Separates late calls from those in time. A late call is logged and throws nothing: no code awaits its caller any
 * more, so that the error would end the process, with another attempt that may run there by then.
 */
function endingOf({ warn }: Pick<Services, 'warn'>, job: Job) {
  let ended = false;
  let told = 0;
  return {
    end: () => {
      ended = true;
    },
    isLate: (call: string): boolean => {
      if (ended && told < LATE_CALLS_TOLD) {
        told += 1;
        const error = new JobError(
          ERROR_CODES.jobAttemptEnded,
          `ctx.${call} was called after the handler had returned, and changes nothing: the attempt has ended. Await everything that the handler starts, for example with Promise.all().`,
        );
        warn('a handler went on after it had returned', error, aboutJob(job));
      }
      return ended;
    },
  };
}

function logOf({ log }: Pick<Services, 'log'>, { batch, id, group, attempts }: Job): Log {
  const at = (given: LogLevel, message: string, data?: unknown) => {
    const level = LOG_LEVELS.find(known => known === given) ?? 'info';
    const told = data === undefined ? undefined : toLoggable(data);
    log({
      level,
      message: cut(toText(message), MESSAGE_LENGTH),
      batch,
      job: id,
      group,
      attempt: attempts,
      ...(told !== undefined && { data: told }),
    });
  };
  const levels = LOG_LEVELS.map(
    level => [level, (message: string, data?: unknown) => at(level, message, data)] as const,
  );
  return Object.assign(at, Object.fromEntries(levels) as Pick<Log, LogLevel>);
}
