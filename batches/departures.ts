import { batch } from 'cistern';

/** A flight as the sample in examples/flights has it. */
export interface Flight {
  /** Local time of departure. */
  readonly date: string;
  /** Minutes late; negative when early. */
  readonly delay: number;
  /** Miles. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** Departures, gathered by airport; the same flight reported twice counts once. */
export const departures = batch<Flight, { origin: string; flights: number; meanDelay: number }>({
  name: 'departures',
  maxSize: 100,
  maxWaitMs: 2_000,
  groupBy: flight => flight.origin,
  deduplicateBy: flight => `${flight.date} ${flight.origin} ${flight.destination}`,
  handler: () => import('./handlers/summarise.ts'),
});
