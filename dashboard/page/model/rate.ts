import type { BatchStatus, Minute } from '../api/contract.ts';
import { lastHour } from './last-hour.ts';

const MINUTE_MS = 60_000;

/** What a rate counts. */
type Counted = Pick<Minute, 'items' | 'batches'>;

/**
 * What has happened in the last 60 seconds, of all these batches taken together. The API counts by whole minutes: the
 * current one counts in full, and the one before for the part that is less than 60 seconds ago.
 */
export function lastMinute(batches: readonly BatchStatus[]): Counted {
  const newest = Math.max(0, ...batches.map(({ buffers }) => Date.parse(buffers.asOf)));
  const [before, current] = lastHour(batches).slice(-2);
  const share = 1 - (newest % MINUTE_MS) / MINUTE_MS;
  const of = (name: keyof Counted) => Math.round((current?.[name] ?? 0) + share * (before?.[name] ?? 0));
  return { items: of('items'), batches: of('batches') };
}
