import type { Tracing } from './tracing.ts';

/** The functions' metrics, logs and traces. */
export interface TelemetryOptions {
  /**
   * Whether the functions write metrics (namespace `Cistern`), with their logs. CloudWatch bills each metric, and each
   * batch has up to two dozen. Without them there are no alarms of batches, and the dashboard shows only what AWS measures
   * by itself. Default `true`.
   */
  readonly metrics?: boolean;
  /** The lowest level that the functions log. `DEBUG` adds Lambda's own lines of each invocation. Default `INFO`. */
  readonly logLevel?: LogLevel;
  /** Where the functions send spans. Default: nowhere. */
  readonly tracing?: Tracing;
}

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
