import type { About } from '../telemetry/log-line.ts';
import { harmless } from './harmless.ts';

/** An attempt's span, for the code that runs the attempt. */
export interface AttemptSpan {
  /** Links the span to the traces that the batch's items were added in. */
  link(traces: readonly string[]): void;
  /** Records how many items the handler got. */
  given(items: number): void;
  /** Marks the span as failed, with the error. */
  fail(error: Error): void;
}

/**
 * Traces adds and attempts. Many requests add to one batch, so no single trace can be the parent of its attempts.
 * Instead each chunk keeps the trace that it was added in, and the attempts link to all of these traces.
 */
export interface Tracing {
  /**
   * Runs an add in a span of its own.
   * @param run gets the W3C `traceparent` that later spans link to; undefined when this trace is not recorded
   */
  adding<T>(batch: string, items: number, run: (trace: string | undefined) => Promise<T>): Promise<T>;
  /** Runs an attempt in a span of its own, the root of a trace. */
  running<T>(about: Required<About>, run: (span: AttemptSpan) => Promise<T>): Promise<T>;
}

const NO_SPAN: AttemptSpan = { link() {}, given() {}, fail() {} };

/** Tracing that is off. It stores nothing and loads nothing. */
export const untraced: Tracing = {
  adding: (_batch, _items, run) => run(undefined),
  running: (_about, run) => run(NO_SPAN),
};

/**
 * Makes a tracing that loads OpenTelemetry with its first span. If OpenTelemetry cannot be loaded, nothing is traced.
 *
 * @param warn is called with the reason if OpenTelemetry cannot be loaded
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
 * Runs `run` once, within a span if the tracer can make one. An error of the user's tracer changes nothing of the run
 * (invariant 13).
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
    // an error of the run itself is thrown below
    if (running === undefined) warn('a tracer has failed; this is not traced', error);
  }
  return once();
}

const quiet = (span: AttemptSpan): AttemptSpan => ({
  link: harmless(traces => span.link(traces)),
  given: harmless(items => span.given(items)),
  fail: harmless(error => span.fail(error)),
});
