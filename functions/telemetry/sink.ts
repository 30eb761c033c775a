import type { Context } from 'aws-lambda';
import type { Note } from '#lib/telemetry/log-line';
import type { Measured } from '#lib/telemetry/metrics';

/** One piece of telemetry: a log line, or measurements of a batch. */
export type Told =
  | ({ readonly kind: 'line'; readonly error?: unknown } & Note)
  | { readonly kind: 'measured'; readonly batch: string; readonly measured: Measured };

/** Writes telemetry. */
export interface Sink {
  /** Puts the invocation's id into the lines that follow. */
  begin(context: Context): void;
  take(told: Told): void;
  /** Writes the measurements. */
  publish(): void;
}
