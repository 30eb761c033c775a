import type { LimitFunction } from 'p-limit';
import type { KeyHolder, KeyScope } from '../store/records.ts';
import type { StoreAccess } from '../store/services.ts';
import type { ChunkPlan } from './chunks.ts';
import type { KeyedItem } from './items.ts';

/** An item whose key's marker in its slot's window names somebody else's chunk. */
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
  /** What a marker of the slot's item says that is written now: its time counts from here. */
  readonly holder: (slot: number) => KeyHolder;
}

/** A chunk with its keys marked as far as they could be. */
export interface MarkedChunk extends OwnChunk {
  readonly won: ReadonlySet<KeyedItem>;
  readonly contested: readonly Contested[];
}

/** Step 4: marks each key, in its own slot's window or for its group. */
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

/** Puts a key's marker, or takes over one whose time is up. Returns the marker that is there. */
async function markOne(
  { store, clock }: StoreAccess,
  { scope, holder }: OwnChunk,
  key: string,
  slot: number,
): Promise<KeyHolder> {
  const mine = holder(slot);
  const there = await store.dedupKeys.putKey(scope, key, mine);
  const lapsed = there.until !== undefined && there.until < clock.now();
  // in a window that holds the key it stays, however long that is open
  if (!lapsed || there.job === mine.job || !mayFollow(there, mine)) return there;
  return (await store.dedupKeys.takeOverKey(scope, key, there, holder(slot))) ?? there;
}

export const isSameChunk = (a: KeyHolder, b: KeyHolder): boolean => a.job === b.job && a.chunk === b.chunk;

/**
 * Whether a marker may move. It never moves to an earlier window of a buffer, nor back to a window that it has named
 * before it moved to another buffer: that window may hold the key (invariant 3).
 */
export function mayFollow(from: KeyHolder, to: KeyHolder): boolean {
  if (from.epoch === to.epoch) return from.window <= to.window;
  const last = from.past?.[to.epoch];
  return last === undefined || last < to.window;
}
