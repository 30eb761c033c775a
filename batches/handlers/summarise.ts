import type { BatchContext } from 'cistern';
import type { Flight } from '../flight.ts';

/** What a real handler would write to a warehouse in one statement: the batch, and its mean delay. */
export default function summarise({ batch, groupKey = '' }: BatchContext<Flight>): {
  origin: string;
  flights: number;
  meanDelay: number;
} {
  const total = batch.reduce((sum, { delay }) => sum + delay, 0);
  return { origin: groupKey, flights: batch.length, meanDelay: total / batch.length };
}
