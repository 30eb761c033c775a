import type { Context } from 'aws-lambda';
import type { Note } from '#lib/telemetry/log-line';
import type { Measured } from '#lib/telemetry/metrics';

/** What there is to tell: a line of the log, or what was measured of a batch. */
export type Told =
  | ({ readonly kind: 'line'; readonly error?: unknown } & Note)
  | { readonly kind: 'measured'; readonly batch: string; readonly measured: Measured };

/** Where it goes. */
export interface Sink {
  /** Names the invocation in the lines that follow. */
  begin(context: Context): void;
  take(told: Told): void;
  /** Writes out what was measured. */
  publish(): void;
}
