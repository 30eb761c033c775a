import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { KeyHolder, KeyScope } from '../store/key-holder.ts';
import type { Services } from '../store/services.ts';
import type { SlotRecord } from '../store/slot-record.ts';
import { fateOf } from './competing-chunk.ts';
import type { KeyedItem, Outcomes } from './items.ts';
import { jobId } from './job-id.ts';
import { windowOfNextSlot } from './placement.ts';

/** The buffer in which this call's keys are unique, and for how long. */
export interface Uniqueness {
  readonly buffer: BufferKey;
  /** How long a key is remembered after it was marked, in ms. Undefined: only in its window. */
  readonly ttlMs: number | undefined;
}

/**
 * Runs step 2 of dedup: acknowledges items whose originals are in the window of the next slot, or whose keys are still
 * remembered. It costs three reads and no write. It reads the head in each call, since a cached window may have been
 * flushed.
 *
 * @returns the items that are not duplicates, as far as these reads show
 */
export async function acknowledgeOriginals(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  { buffer, ttlMs }: Uniqueness,
  items: readonly KeyedItem[],
  outcomes: Outcomes,
): Promise<KeyedItem[]> {
  const { store, clock } = services;
  const head = await store.heads.readHead(buffer);
  const current = head && currentJob(services, buffer, head);
  if (current === undefined && ttlMs === undefined) return [...items];
  const scope = ttlMs === undefined && current !== undefined ? { job: current } : groupOf(buffer);
  const holders = await store.dedupKeys.readKeys(
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

/** Computes the job id of the window of the next slot; undefined when no window is open. */
function currentJob(
  { deployment }: Pick<Services, 'deployment'>,
  buffer: BufferKey,
  head: Head,
): string | undefined {
  const window = windowOfNextSlot(head);
  return window === undefined ? undefined : jobId(deployment, buffer, head.epoch, window);
}

export const groupOf = ({ batch, group }: BufferKey): KeyScope => ({ batch, group });
const chunkName = ({ job, chunk }: KeyHolder): string => `${job} ${chunk}`;

/** Reads the records at the holders' chunks, by `chunkName`. */
async function readChunks(
  { store }: Pick<Services, 'store'>,
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
