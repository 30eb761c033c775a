import type { About } from '../telemetry/log-line.ts';
import { harmless } from './harmless.ts';

/** An attempt's span, as what runs it sees it. */
export interface AttemptSpan {
  /** Links it to the traces that its batch's items were added in. */
  link(traces: readonly string[]): void;
  /** Says how many items its handler was given. */
  given(items: number): void;
  /** Says that it failed, and of what. */
  fail(error: Error): void;
}

/**
 * Traces adds and attempts. A batch is the work of many requests, so that none of their traces can be its parent:
 * each chunk keeps the trace that it was added in, and a batch's attempts link to them all.
 */
export interface Tracing {
  /**
   * Runs an add in a span of its own.
   * @param run is given what later spans link to, a W3C `traceparent`; undefined when this trace is not recorded
   */
  adding<T>(batch: string, items: number, run: (trace: string | undefined) => Promise<T>): Promise<T>;
  /** Runs an attempt in a span of its own, the root of a trace. */
  running<T>(about: Required<About>, run: (span: AttemptSpan) => Promise<T>): Promise<T>;
}

const NO_SPAN: AttemptSpan = { link() {}, given() {}, fail() {} };

/** Where nobody traces: it does nothing, stores nothing and loads nothing. */
export const untraced: Tracing = {
  adding: (_batch, _items, run) => run(undefined),
  running: (_about, run) => run(NO_SPAN),
};

/**
 * Tracing that is loaded with the first thing to be traced. Where it cannot be loaded nothing is traced.
 *
 * @param warn is told why it cannot be loaded
 */
export function lateTracing(
  load: () => Promise<Tracing>,
  warn: (message: string, error: unknown) => void,
): Tracing {
  let loading: Promise<Tracing> | undefined;
  const tracing = () => {
    loading ??= load().catch(error => {
      warn('tracing cannot be loaded; nothing is traced', error);
      return untraced;
    });
    return loading;
  };
  return {
    adding: async (batch, items, run) =>
      onceIn(warn, run, async once => (await tracing()).adding(batch, items, once)),
    running: async (about, run) =>
      onceIn(
        warn,
        (span: AttemptSpan | undefined) => run(quiet(span ?? NO_SPAN)),
        async once => (await tracing()).running(about, once),
      ),
  };
}

/**
 * Runs something within a span, once, and without one where there can be none: what a tracer of the user's throws
 * changes nothing of what is traced (invariant 13).
 */
async function onceIn<S, T>(
  warn: (message: string, error: unknown) => void,
  run: (span: S | undefined) => Promise<T>,
  trace: (once: (span?: S) => Promise<T>) => Promise<T>,
): Promise<T> {
  let running: Promise<T> | undefined;
  const once = (span?: S) => {
    running ??= run(span);
    return running;
  };
  try {
    await trace(once);
  } catch (error) {
    // what the run itself throws is thrown below
    if (running === undefined) warn('a tracer has failed; this is not traced', error);
  }
  return once();
}

const quiet = (span: AttemptSpan): AttemptSpan => ({
  link: harmless(traces => span.link(traces)),
  given: harmless(items => span.given(items)),
  fail: harmless(error => span.fail(error)),
});
