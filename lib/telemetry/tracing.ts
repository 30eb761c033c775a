import type { About } from '../telemetry/log-line.ts';

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
    adding: async (...given) => (await tracing()).adding(...given),
    running: async (...given) => (await tracing()).running(...given),
  };
}
