import pLimit from 'p-limit';
import type { BufferKey, Head, KeyHolder, KeyScope, SlotRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { addContended, isUrgent, MAX_TRIES, RESERVATION_BYTES, totalBytes } from './add.ts';
import { type ChunkPlan, endWithin, planChunks, toChunk } from './chunks.ts';
import type { Item, Outcomes } from './items.ts';
import { jobId } from './job-id.ts';
import { abandon, insist, type Landing, land } from './land.ts';
import { windowOfNextSlot } from './placement.ts';
import { type BufferOptions, isStale, type Reservation, reserve, tend } from './reserve.ts';
import { awaitRival, fateOf } from './rival.ts';

/** Items that one reservation is for: few enough to mark all their keys well within its minute. */
const RESERVATION_ITEMS = 500;
const PARALLEL_MARKS = 32;
const BACKOFF_MS = 50;

/** An item that carries a dedup key. */
export interface KeyedItem extends Item {
  readonly key: string;
}

/** An item whose key's marker in its slot's window names somebody else's chunk. */
interface Contested {
  readonly item: KeyedItem;
  readonly slot: number;
  readonly rival: KeyHolder;
}

/** Where this call's keys are unique, and for how long. */
interface Uniqueness {
  readonly buffer: BufferKey;
  /** Milliseconds for which a key outlives its window; undefined: it does not. */
  readonly ttlMs: number | undefined;
}

/** A chunk of a reservation, with the names that its markers carry. */
interface OwnChunk {
  readonly plan: ChunkPlan<KeyedItem>;
  readonly job: string;
  readonly scope: KeyScope;
  /** What a marker of the slot's item says that is written now: its time counts from here. */
  readonly holder: (slot: number) => KeyHolder;
}

/** A chunk with its keys marked as far as they could be. */
interface MarkedChunk extends OwnChunk {
  readonly won: ReadonlySet<KeyedItem>;
  readonly contested: readonly Contested[];
}

/**
 * Adds items, all of different keys, to one buffer, of which no two in a window may share a key. A duplicate is
 * acknowledged only when its original is certainly in the batch (invariant 3).
 *
 * With a ttl a key's marker is one for all windows of the group, and says in which of them its item is. It moves on
 * from a window whose item is dead, or when its time is up, and never to an earlier window: so no window ever
 * holds a key twice (docs/decisions/0011).
 */
export async function addUniqueItems(
  services: Services,
  options: BufferOptions,
  buffer: BufferKey,
  items: readonly KeyedItem[],
): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const bytes = Math.min(options.maxBytes ?? RESERVATION_BYTES, RESERVATION_BYTES);
  for (let at = 0; at < items.length; ) {
    const end = Math.min(endWithin(items, at, bytes), at + RESERVATION_ITEMS);
    await addPart(services, options, buffer, items.slice(at, end), outcomes);
    at = end;
  }
  return outcomes;
}

async function addPart(
  services: Services,
  options: BufferOptions,
  buffer: BufferKey,
  part: readonly KeyedItem[],
  outcomes: Outcomes,
): Promise<void> {
  let left = part;
  for (let tries = 0; left.length > 0 && tries < MAX_TRIES; tries++) {
    if (tries > 0) await services.clock.sleep(BACKOFF_MS * 2 ** tries);
    let reservation: Reservation;
    try {
      left = await acknowledgeOriginals(services, { buffer, ttlMs: options.dedupTtlMs }, left, outcomes);
      if (left.length === 0) return;
      reservation = await reserve(services, options, buffer, left.length, totalBytes(left));
    } catch (cause) {
      for (const item of left) outcomes.set(item, { state: 'not_stored', cause });
      return;
    }
    const unique = { buffer, ttlMs: options.dedupTtlMs };
    const landed = markAndLand(services, unique, reservation, left, outcomes);
    const urgent = left.some(isUrgent);
    const [again] = await Promise.all([landed, tend(services, options, buffer, reservation, urgent, landed)]);
    left = again;
  }
  for (const item of left) outcomes.set(item, { state: 'not_stored', cause: addContended() });
}

/**
 * Step 2, pre-read: acknowledges the items whose originals are in the window that the next slot belongs to, or are
 * remembered, at three reads and no write. The window is read within this very call, since a remembered one may
 * have flushed.
 */
async function acknowledgeOriginals(
  services: Services,
  { buffer, ttlMs }: Uniqueness,
  items: readonly KeyedItem[],
  outcomes: Outcomes,
): Promise<KeyedItem[]> {
  const { store, clock } = services;
  const head = await store.heads.readHead(buffer);
  const current = head && currentJob(services, buffer, head);
  if (current === undefined && ttlMs === undefined) return [...items];
  const scope = ttlMs === undefined && current !== undefined ? { job: current } : groupOf(buffer);
  const holders = await store.windows.readKeys(
    scope,
    items.map(({ key }) => key),
  );
  const now = clock.now();
  const valid = [...holders].filter(
    ([, { job, until }]) => job === current || (until !== undefined && until >= now),
  );
  if (valid.length === 0) return [...items];
  const chunks = await readChunks(
    services,
    valid.map(([, holder]) => holder),
  );
  const originals = new Map(
    valid.filter(([, holder]) => fateOf(chunks.get(chunkName(holder)), holder) === 'holds'),
  );
  return items.filter(item => {
    const holder = originals.get(item.key);
    if (holder === undefined) return true;
    const { job, slot } = holder;
    outcomes.set(item, { state: 'stored', receipt: { job, slot, duplicate: true } });
    return false;
  });
}

/** The job of the window that the next slot belongs to, if one is open. */
function currentJob({ deployment }: Services, buffer: BufferKey, head: Head): string | undefined {
  const window = windowOfNextSlot(head);
  return window === undefined ? undefined : jobId(deployment, buffer, head.epoch, window);
}

const groupOf = ({ batch, group }: BufferKey): KeyScope => ({ batch, group });
const chunkName = ({ job, chunk }: KeyHolder): string => `${job} ${chunk}`;

/** The records at holders' chunks, by `chunkName`. */
async function readChunks(
  { store }: Services,
  holders: readonly KeyHolder[],
): Promise<Map<string, SlotRecord>> {
  const found = new Map<string, SlotRecord>();
  await Promise.all(
    [...new Set(holders.map(({ job }) => job))].map(async job => {
      const chunks = new Set(holders.filter(holder => holder.job === job).map(({ chunk }) => chunk));
      for (const [chunk, record] of await store.windows.readRecords(job, [...chunks])) {
        found.set(`${job} ${chunk}`, record);
      }
    }),
  );
  return found;
}

/**
 * Steps 4 to 7 for one reservation. It never throws: each chunk's failure is written down for that chunk's items
 * alone, and none is told of before the others have settled. Returns the items to be reserved for again, in order.
 */
async function markAndLand(
  services: Services,
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

  // step 5: land what has won anything before waiting for any rival, who may be waiting for us
  const winners = chunks.filter(({ won }) => won.size > 0);
  await Promise.all(
    winners.map(async ({ plan, job, won }) => {
      settle(plan, job, won, await landHeld(services, reservation, job, plan, won), outcomes, again);
    }),
  );
  await Promise.all(
    chunks
      .filter(({ won }) => won.size === 0)
      .map(chunk => takeOverAndLand(services, reservation, chunk, limit, outcomes, again)),
  );

  // step 7: nothing is held any more, so that the contested items of the winners can be settled at leisure
  await Promise.all(
    winners.flatMap(({ contested }) =>
      contested.map(rivalry => limit(() => settleContested(services, rivalry, outcomes, again))),
    ),
  );
  return items.filter(item => again.has(item));
}

/** Step 4: marks each key, in its own slot's window or for its group. */
async function mark(
  services: Services,
  own: OwnChunk,
  limit: ReturnType<typeof pLimit>,
): Promise<MarkedChunk> {
  const { plan } = own;
  const won = new Set<KeyedItem>();
  const contested: Contested[] = [];
  await Promise.all(
    plan.items.map((item, at) =>
      limit(async () => {
        const slot = plan.slot + at;
        const there = await markOne(services, own, item.key, slot);
        if (isSameChunk(there, own.holder(slot))) won.add(item);
        else contested.push({ item, slot, rival: there });
      }),
    ),
  );
  return { ...own, won, contested };
}

/** Puts a key's marker, or takes over one whose time is up. Returns the marker that is there. */
async function markOne(
  { store, clock }: Services,
  { scope, holder }: OwnChunk,
  key: string,
  slot: number,
): Promise<KeyHolder> {
  const mine = holder(slot);
  const there = await store.windows.putKey(scope, key, mine);
  const lapsed = there.until !== undefined && there.until < clock.now();
  // in a window that holds the key it stays, however long that is open
  if (!lapsed || there.job === mine.job || !mayFollow(there, mine)) return there;
  return (await store.windows.takeOverKey(scope, key, there, holder(slot))) ?? there;
}

const isSameChunk = (a: KeyHolder, b: KeyHolder): boolean => a.job === b.job && a.chunk === b.chunk;

/** A marker never moves to an earlier window, in which a later writer might hold the key as well. */
const mayFollow = (from: KeyHolder, to: KeyHolder): boolean =>
  from.epoch !== to.epoch || from.window <= to.window;

/**
 * Step 5 for a chunk that has won nothing, and so keeps nobody waiting: learns the fate of each rival, takes the
 * markers of dead ones over, and only then lands, with holes for all the rest.
 */
async function takeOverAndLand(
  services: Services,
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
      contested.map(rivalry => limit(() => settleContested(services, rivalry, outcomes, dead))),
    );
    // from the first takeover on something is held, so that from here on nothing waits for anybody
    await Promise.all(
      contested
        .filter(({ item }) => dead.has(item))
        .map(({ item, slot, rival }) =>
          limit(async () => {
            const mine = holder(slot);
            const there = mayFollow(rival, mine)
              ? await insist(services, () => services.store.windows.takeOverKey(scope, item.key, rival, mine))
              : rival;
            if (there !== undefined && isSameChunk(there, mine)) won.add(item);
            else again.add(item);
          }),
        ),
    );
  } catch (cause) {
    await giveUp(services, job, plan, cause, outcomes);
    return;
  }
  settle(plan, job, won, await landHeld(services, reservation, job, plan, won), outcomes, again);
}

/** Step 6: one chunk over all its slots, won items and holes; its contents are final once its put is sent. */
async function landHeld(
  services: Services,
  reservation: Reservation,
  job: string,
  plan: ChunkPlan<KeyedItem>,
  won: ReadonlySet<KeyedItem>,
): Promise<Landing> {
  // stalled since the reservation: settle the slots instead, so that the markers' next readers need not wait
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
 * Gives a chunk up whose markers' outcome is not known. It is never sent, since it might lack what a marker says
 * that it holds; fenced, it is a dead rival to whoever meets its name.
 */
async function giveUp(
  services: Services,
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
function settle(
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

/** Learns what has become of a rival: its item is a duplicate of the rival's, or free to be added `again`. */
async function settleContested(
  services: Services,
  { item, rival }: Contested,
  outcomes: Outcomes,
  again: Set<KeyedItem>,
): Promise<void> {
  try {
    if ((await awaitRival(services, rival)) === 'holds') {
      const { job, slot } = rival;
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
