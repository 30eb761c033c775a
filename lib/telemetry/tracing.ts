import type { About } from '../telemetry/log-line.ts';

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

export const NO_SPAN: AttemptSpan = { link() {}, given() {}, fail() {} };

/** Tracing that is off. It stores nothing and loads nothing. */
export const untraced: Tracing = {
  adding: (_batch, _items, run) => run(undefined),
  running: (_about, run) => run(NO_SPAN),
};

/** Makes a tracing that is loaded with its first span. Nothing is traced where it cannot be loaded. */
export function loadedTracing(load: () => Promise<Tracing>): Tracing {
  const loaded = () => load().catch(() => untraced);
  return {
    adding: async (batch, items, run) => (await loaded()).adding(batch, items, run),
    running: async (about, run) => (await loaded()).running(about, run),
  };
}
