import type { Tracing } from './tracing.ts';

/** What the functions tell of themselves. */
export interface TelemetryOptions {
  /**
   * Whether the functions write metrics (namespace `Cistern`), with their logs: CloudWatch bills each as a metric of
   * its own, and for each batch there are up to two dozen. Without them there are no alarms of batches, and of the
   * dashboard remains what AWS measures by itself. Default `true`.
   */
  readonly metrics?: boolean;
  /** What the functions log at the least. `DEBUG` adds Lambda's own lines of each invocation. Default `INFO`. */
  readonly logLevel?: LogLevel;
  /** Where the functions send spans. Default: nowhere. */
  readonly tracing?: Tracing;
}

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
