import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** A function's telemetry: its log level, metrics and traces. */
export interface TelemetrySettings {
  /** The deployment's name: the `service` of its log, its metrics and its traces. */
  readonly deployment: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whether metrics are written to the log, in CloudWatch's embedded metric format. */
  readonly metrics: boolean;
  /**
   * Where the function sends spans: an OTLP/HTTP endpoint for traces, or `xray`. Undefined if nothing is traced, or if a
   * layer's SDK traces.
   */
  readonly tracing: string | undefined;
  /** The share of traces beginning here that is recorded, 0 to 1. A caller's `traceparent` decides for its own traces. */
  readonly tracingRatio: number;
}

/**
 * Reads the telemetry settings: `CISTERN_LOG_LEVEL` (default INFO), `CISTERN_METRICS` (`emf` or `off`, default `off`),
 * `CISTERN_TRACING` (`xray`, a URL, `true` where a layer has registered an SDK, or `false`, default `false`) and
 * `CISTERN_TRACING_RATIO` (default 1).
 *
 * @throws SettingsError `settings.invalid`, naming the variable, its value and what is allowed
 */
export function telemetryFromEnvironment(environment: NodeJS.ProcessEnv = process.env): TelemetrySettings {
  const { CISTERN_DEPLOYMENT: deployment = '', CISTERN_TRACING_RATIO: ratio = '1' } = environment;
  const tracing = environment['CISTERN_TRACING'] || 'false';
  const { CISTERN_LOG_LEVEL: level = 'INFO', CISTERN_METRICS: metrics = 'off' } = environment;
  const logLevel = LOG_LEVELS.find(known => known === level);
  if (logLevel === undefined) throw invalid('CISTERN_LOG_LEVEL', level, LOG_LEVELS.join(', '));
  if (metrics !== 'emf' && metrics !== 'off') throw invalid('CISTERN_METRICS', metrics, 'emf, off');
  const own = tracing !== 'true' && tracing !== 'false';
  if (own && tracing !== 'xray' && !URL.canParse(tracing)) {
    throw invalid('CISTERN_TRACING', tracing, 'xray, a URL, true, false');
  }
  const tracingRatio = ratio.trim() === '' ? Number.NaN : Number(ratio);
  if (!(tracingRatio >= 0 && tracingRatio <= 1)) throw invalid('CISTERN_TRACING_RATIO', ratio, '0 to 1');
  return {
    deployment,
    logLevel,
    metrics: metrics === 'emf',
    tracing: own ? tracing : undefined,
    tracingRatio,
  };
}

const invalid = (variable: string, value: string, allowed: string): SettingsError =>
  new SettingsError(
    ERROR_CODES.settingsInvalid,
    `${variable} has to be one of: ${allowed}. It was ${JSON.stringify(value)}.`,
    { details: { variable, value } },
  );
