import type { TelemetryOptions } from './telemetry-options.ts';

/** Makes the environment variables for the telemetry of a deployment's functions. */
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
