import { ERROR_CODES, SettingsError } from '#lib/errors';

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** What a function tells, and where. */
export interface TelemetrySettings {
  /** The deployment's name: the `service` of its log, its metrics and its traces. */
  readonly deployment: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whether metrics are written to the log, in CloudWatch's embedded metric format. */
  readonly metrics: boolean;
  /** Where spans go: an OTLP/HTTP endpoint for traces, or `xray`; undefined while nothing is traced. */
  readonly tracing: string | undefined;
}

/**
 * Telemetry as the environment has it: `CISTERN_LOG_LEVEL` (default INFO), `CISTERN_METRICS` (`emf` or, the default,
 * `off`) and `CISTERN_TRACING` (`xray` or a URL; nothing is traced without).
 *
 * @throws SettingsError `settings.invalid`, naming the variable, its value and what is allowed
 */
export function telemetryFromEnvironment(environment: NodeJS.ProcessEnv = process.env): TelemetrySettings {
  const { CISTERN_DEPLOYMENT: deployment = '', CISTERN_TRACING: tracing } = environment;
  const { CISTERN_LOG_LEVEL: level = 'INFO', CISTERN_METRICS: metrics = 'off' } = environment;
  const logLevel = LOG_LEVELS.find(known => known === level);
  if (logLevel === undefined) throw invalid('CISTERN_LOG_LEVEL', level, LOG_LEVELS.join(', '));
  if (metrics !== 'emf' && metrics !== 'off') throw invalid('CISTERN_METRICS', metrics, 'emf, off');
  if (tracing && tracing !== 'xray' && !URL.canParse(tracing)) {
    throw invalid('CISTERN_TRACING', tracing, 'xray, a URL');
  }
  return { deployment, logLevel, metrics: metrics === 'emf', tracing: tracing || undefined };
}

const invalid = (variable: string, value: string, allowed: string): SettingsError =>
  new SettingsError(
    ERROR_CODES.settingsInvalid,
    `${variable} has to be one of: ${allowed}. It was ${JSON.stringify(value)}.`,
    { details: { variable, value } },
  );
