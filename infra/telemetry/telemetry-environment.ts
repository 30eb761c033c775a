import { refuseSetting } from '../refuse-setting.ts';
import { LOG_LEVELS, type TelemetryOptions } from './telemetry-options.ts';

/**
 * The variables by which all functions of a deployment know what to tell of themselves.
 *
 * @throws SettingsError `settings.invalid`
 */
export function telemetryEnvironment({
  metrics = true,
  logLevel = 'INFO',
  tracing,
}: TelemetryOptions): Readonly<Record<string, string>> {
  // JavaScript, and TypeScript that reads a setting from a context, can pass anything
  if (!LOG_LEVELS.includes(logLevel)) refuseSetting('logLevel', `one of ${LOG_LEVELS.join(', ')}`, logLevel);
  return {
    ...(metrics && { CISTERN_METRICS: 'emf' }),
    CISTERN_LOG_LEVEL: logLevel,
    ...(tracing && { CISTERN_TRACING: tracing.variable }),
    ...(tracing?.ratio !== undefined && { CISTERN_TRACING_RATIO: String(tracing.ratio) }),
  };
}
