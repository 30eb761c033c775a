import type { LimitFunction } from 'p-limit';
import type { KeyHolder, KeyScope } from '../store/key-holder.ts';
import type { StoreAccess } from '../store/services.ts';
import type { ChunkPlan } from './chunks.ts';
import type { KeyedItem } from './items.ts';

/** An item whose key's marker names the chunk of another writer. */
export interface Contested {
  readonly item: KeyedItem;
  readonly slot: number;
  readonly competitor: KeyHolder;
}

/** A chunk of a reservation, with the names that its markers carry. */
export interface OwnChunk {
  readonly plan: ChunkPlan<KeyedItem>;
  readonly job: string;
  readonly scope: KeyScope;
  /** Makes the content of a marker for the item in this slot. The marker's time counts from the call. */
  readonly holder: (slot: number) => KeyHolder;
}

/** A chunk, and which of its keys this writer has marked. */
export interface MarkedChunk extends OwnChunk {
  readonly won: ReadonlySet<KeyedItem>;
  readonly contested: readonly Contested[];
}

/** Runs step 4 of dedup: marks each key, in its slot's window or for its group. */
export async function mark(services: StoreAccess, own: OwnChunk, limit: LimitFunction): Promise<MarkedChunk> {
  const { plan } = own;
  const won = new Set<KeyedItem>();
  const contested: Contested[] = [];
  await Promise.all(
    plan.items.map((item, at) =>
      limit(async () => {
        const slot = plan.slot + at;
        const there = await markOne(services, own, item.key, slot);
        if (isSameChunk(there, own.holder(slot))) won.add(item);
        else contested.push({ item, slot, competitor: there });
      }),
    ),
  );
  return { ...own, won, contested };
}

/** Puts a key's marker, or takes over a marker whose time is up. Returns the marker that is there now. */
async function markOne(
  { store, clock }: StoreAccess,
  { scope, holder }: OwnChunk,
  key: string,
  slot: number,
): Promise<KeyHolder> {
  const mine = holder(slot);
  const there = await store.dedupKeys.putKey(scope, key, mine);
  const lapsed = there.until !== undefined && there.until < clock.now();
  // The marker of this same window stays, also after its time: the window holds the key.
  if (!lapsed || there.job === mine.job || !mayFollow(there, mine)) return there;
  return (await store.dedupKeys.takeOverKey(scope, key, there, holder(slot))) ?? there;
}

export const isSameChunk = (a: KeyHolder, b: KeyHolder): boolean => a.job === b.job && a.chunk === b.chunk;

/**
 * Says whether a marker may move. It never moves to an earlier window of its buffer. It never moves back to a window
 * that it named before it moved to another buffer, since that window may hold the key (invariant 3).
 */
export function mayFollow(from: KeyHolder, to: KeyHolder): boolean {
  if (from.epoch === to.epoch) return from.window <= to.window;
  const last = from.past?.[to.epoch];
  return last === undefined || last < to.window;
}
