import { harmless } from './harmless.ts';
import { type AttemptSpan, NO_SPAN, type Tracing, untraced } from './tracing.ts';

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
