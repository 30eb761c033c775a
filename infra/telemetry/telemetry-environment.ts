import type { LogLevel, TelemetryOptions } from './telemetry-options.ts';

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

/** The variable of a function that is told to log more, or less, than the others. */
export const telemetryLevel = (logLevel: LogLevel | undefined): Readonly<Record<string, string>> =>
  logLevel === undefined ? {} : { CISTERN_LOG_LEVEL: logLevel };
