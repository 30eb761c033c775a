import { batch } from 'cistern';
import type { Flight } from './flight.ts';

/** Departures, gathered by airport; the same flight reported twice counts once. */
export const departures = batch<Flight, { origin: string; flights: number; meanDelay: number }>({
  name: 'departures',
  maxSize: 100,
  maxWaitMs: 2_000,
  groupBy: flight => flight.origin,
  deduplicateBy: flight => `${flight.date} ${flight.origin} ${flight.destination}`,
  handler: () => import('./handlers/summarise.ts'),
});
