import type { TelemetryOptions } from './telemetry-options.ts';

/** The variables by which all functions of a deployment know what to tell of themselves. */
export function telemetryEnvironment({
  metrics = true,
  logLevel = 'INFO',
  tracing,
}: TelemetryOptions): Readonly<Record<string, string>> {
  return {
    ...(metrics && { CISTERN_METRICS: 'emf' }),
    CISTERN_LOG_LEVEL: logLevel,
    ...(tracing && { CISTERN_TRACING: tracing.variable }),
    ...(tracing?.ratio !== undefined && { CISTERN_TRACING_RATIO: String(tracing.ratio) }),
  };
}
