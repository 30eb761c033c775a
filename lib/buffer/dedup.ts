import pLimit from 'p-limit';
import type { BufferKey } from '../store/buffer-key.ts';
import type { AddServices, Services, StoreAccess } from '../store/services.ts';
import { acknowledgeOriginals, groupOf, type Uniqueness } from './acknowledge-originals.ts';
import { addPart, RESERVATION_BYTES } from './add.ts';
import { type ChunkPlan, endWithin, planChunks, toChunk } from './chunks.ts';
import { awaitCompetingChunk } from './competing-chunk.ts';
import type { KeyedItem, Outcomes, Written } from './items.ts';
import { jobId } from './job-id.ts';
import { abandon, type Landing, land } from './land.ts';
import {
  type Contested,
  isSameChunk,
  type MarkedChunk,
  mark,
  mayFollow,
  type OwnChunk,
} from './mark-keys.ts';
import { OwedWork } from './owed-work.ts';
import { type BufferOptions, isStale, type Reservation } from './reservation.ts';
import { retryIdempotent } from './retry-idempotent.ts';

/** Items in one reservation. All their keys are marked well within the minute for which a reservation is valid. */
const RESERVATION_ITEMS = 500;
const PARALLEL_MARKS = 32;
const BACKOFF_MS = 50;

/**
 * Adds items to one buffer in which no two items of a window may share a dedup key. The given items have different keys.
 * A duplicate is acknowledged only when its original is certainly in the batch (invariant 3).
 *
 * With `dedupTtlMs` a key has one marker for all windows of its group. The marker names the window that has the item. A
 * writer moves the marker on when that item is dead or the marker's time is up. It never moves the marker to an earlier
 * window, so that no window ever holds a key twice (docs/decisions/0011).
 */
export async function addUniqueItems(
  services: AddServices,
  options: BufferOptions,
  buffer: BufferKey,
  items: readonly KeyedItem[],
): Promise<Written> {
  const outcomes: Outcomes = new Map();
  const owedWork = new OwedWork(services, options);
  const unique = { buffer, ttlMs: options.dedupTtlMs };
  const beforeReserve = async (left: readonly KeyedItem[], tries: number): Promise<KeyedItem[]> => {
    if (tries > 0) await services.clock.sleep(BACKOFF_MS * 2 ** tries);
    return acknowledgeOriginals(services, unique, left, outcomes);
  };
  const landItems = (reservation: Reservation, left: readonly KeyedItem[]): Promise<KeyedItem[]> =>
    markAndLand(services, unique, reservation, left, outcomes);
  const bytes = Math.min(options.maxBytes ?? RESERVATION_BYTES, RESERVATION_BYTES);
  for (let at = 0; at < items.length; ) {
    const end = Math.min(endWithin(items, at, bytes), at + RESERVATION_ITEMS);
    await owedWork.beforeNext();
    const part = items.slice(at, end);
    await addPart(services, options, buffer, part, outcomes, owedWork, landItems, beforeReserve);
    at = end;
  }
  return { outcomes, owed: owedWork.owed };
}

/**
 * Runs steps 4 to 7 of dedup for one reservation. It never throws: a chunk's failure becomes the outcome of that chunk's
 * items alone, and the other chunks go on. Returns the items to be reserved for again, in order.
 */
async function markAndLand(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  { buffer, ttlMs }: Uniqueness,
  reservation: Reservation,
  items: readonly KeyedItem[],
  outcomes: Outcomes,
): Promise<KeyedItem[]> {
  const { epoch } = reservation.head;
  if (isStale(reservation, services.clock.now())) return [...items];
  const limit = pLimit(PARALLEL_MARKS);
  const again = new Set<KeyedItem>();
  const marked = await Promise.all(
    planChunks(reservation.placements, items).map(async (plan): Promise<MarkedChunk | undefined> => {
      const { window, slot: chunk } = plan;
      const job = jobId(services.deployment, buffer, epoch, window);
      const until = () => (ttlMs === undefined ? undefined : services.clock.now() + ttlMs);
      const own: OwnChunk = {
        plan,
        job,
        scope: ttlMs === undefined ? { job } : groupOf(buffer),
        holder: slot => ({ job, epoch, window, chunk, slot, until: until() }),
      };
      try {
        return await mark(services, own, limit);
      } catch (cause) {
        await giveUp(services, job, plan, cause, outcomes);
        return undefined;
      }
    }),
  );
  const chunks = marked.filter(chunk => chunk !== undefined);

  // step 5: chunks that have won a key land first. Their writer must not wait for a competitor that may wait for these
  // chunks.
  const winners = chunks.filter(({ won }) => won.size > 0);
  await Promise.all(
    winners.map(async ({ plan, job, won }) => {
      noteLanding(plan, job, won, await landHeld(services, reservation, job, plan, won), outcomes, again);
    }),
  );
  await Promise.all(
    chunks
      .filter(({ won }) => won.size === 0)
      .map(chunk => takeOverAndLand(services, reservation, chunk, limit, outcomes, again)),
  );

  // step 7: no competitor waits for this call any more, so that it may wait for competitors now
  await Promise.all(
    winners.flatMap(({ contested }) =>
      contested.map(contest => limit(() => settleContested(services, contest, outcomes, again))),
    ),
  );
  return items.filter(item => again.has(item));
}

/**
 * Runs step 5 for a chunk that has won no key, so that no competitor waits for it. It learns what has become of each
 * competitor, takes over the markers of dead ones, and then lands the chunk with holes for all other items.
 */
async function takeOverAndLand(
  services: StoreAccess,
  reservation: Reservation,
  { plan, job, scope, holder, contested }: MarkedChunk,
  limit: ReturnType<typeof pLimit>,
  outcomes: Outcomes,
  again: Set<KeyedItem>,
): Promise<void> {
  const won = new Set<KeyedItem>();
  try {
    const dead = new Set<KeyedItem>();
    await Promise.all(
      contested.map(contest => limit(() => settleContested(services, contest, outcomes, dead))),
    );
    // After the first takeover others may wait for this chunk, so that it must not wait for others from here on.
    await Promise.all(
      contested
        .filter(({ item }) => dead.has(item))
        .map(({ item, slot, competitor }) =>
          limit(async () => {
            const mine = holder(slot);
            const there = mayFollow(competitor, mine)
              ? await retryIdempotent(services, () =>
                  services.store.dedupKeys.takeOverKey(scope, item.key, competitor, mine),
                )
              : competitor;
            if (there !== undefined && isSameChunk(there, mine)) won.add(item);
            else again.add(item);
          }),
        ),
    );
  } catch (cause) {
    await giveUp(services, job, plan, cause, outcomes);
    return;
  }
  noteLanding(plan, job, won, await landHeld(services, reservation, job, plan, won), outcomes, again);
}

/**
 * Runs step 6: lands one chunk over all its slots, with the won items and holes. Its contents are final once it is
 * sent.
 */
async function landHeld(
  services: StoreAccess,
  reservation: Reservation,
  job: string,
  plan: ChunkPlan<KeyedItem>,
  won: ReadonlySet<KeyedItem>,
): Promise<Landing> {
  // The writer has stalled since the reservation. It fences its slots, so that readers of its markers need not wait.
  if (isStale(reservation, services.clock.now())) {
    await abandon(services, job, span(plan), undefined);
    return { state: 'fenced' };
  }
  return land(
    services,
    job,
    toChunk(plan, item => won.has(item)),
  );
}

/**
 * Gives up a chunk when it is not known which of its markers were put. The chunk is never sent, since it might lack an item
 * that a marker names. It is fenced, so that other writers take it for a dead competitor.
 */
async function giveUp(
  services: Pick<Services, 'store'>,
  job: string,
  plan: ChunkPlan<KeyedItem>,
  cause: unknown,
  outcomes: Outcomes,
): Promise<void> {
  await abandon(services, job, span(plan), cause);
  for (const item of plan.items) {
    if (!outcomes.has(item)) outcomes.set(item, { state: 'not_stored', cause });
  }
}

/** Writes a chunk's landing down for the items that it was to hold. */
function noteLanding(
  plan: ChunkPlan<KeyedItem>,
  job: string,
  held: Iterable<KeyedItem>,
  landing: Landing,
  outcomes: Outcomes,
  again: Set<KeyedItem>,
): void {
  for (const item of held) {
    if (landing.state === 'fenced') again.add(item);
    else if (landing.state === 'landed') {
      const slot = plan.slot + plan.items.indexOf(item);
      outcomes.set(item, { state: 'stored', receipt: { job, slot, duplicate: false } });
    } else outcomes.set(item, landing);
  }
}

/** Waits for a competitor. Its item is the original and ours a duplicate, or it is dead and ours is added `again`. */
async function settleContested(
  services: StoreAccess,
  { item, competitor }: Contested,
  outcomes: Outcomes,
  again: Set<KeyedItem>,
): Promise<void> {
  try {
    if ((await awaitCompetingChunk(services, competitor)) === 'holds') {
      const { job, slot } = competitor;
      outcomes.set(item, { state: 'stored', receipt: { job, slot, duplicate: true } });
    } else again.add(item);
  } catch (cause) {
    outcomes.set(item, { state: 'not_stored', cause });
  }
}

const span = ({ slot, items }: ChunkPlan<KeyedItem>): { slot: number; slots: number } => ({
  slot,
  slots: items.length,
});
