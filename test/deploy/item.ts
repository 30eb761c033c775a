import type { Flight } from '../../batches/flight.ts';

/** A real flight, told apart from all others, and from a copy of itself that is sent again. */
export interface Item extends Flight {
  readonly id: string;
}
