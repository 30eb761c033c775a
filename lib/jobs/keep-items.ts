import { retryIdempotent } from '../buffer/retry-idempotent.ts';
import { storeItems } from '../memory/store-items.ts';
import type { Job } from '../store/job.ts';
import type { JobMessage } from '../store/queue-ports.ts';
import { LOOK_EVERY_MS, RECORD_LIFE_MS } from '../store/record-life.ts';
import type { StoreAccess } from '../store/services.ts';
import type { EndFacts } from './end-of.ts';
import { inlineItems, UnreadableItemsError } from './inline-items.ts';

/** Stores items that only a job's message has, before the message is deleted. @throws UnreadableItemsError */
export async function storeInline(services: StoreAccess, job: string, message: JobMessage): Promise<void> {
  if (!('inline' in message)) return;
  const { items } = await inlineItems(message);
  const jsons: (string | undefined)[] = items.map(item => JSON.stringify(item));
  // receipts name slots, so that each item is stored in its own
  for (const slot of message.holes ?? []) jsons.splice(slot, 0, undefined);
  await storeItems(services, job, jsons);
}

/**
 * Stores items that only a job's message has, before the job ends as failed. If they cannot be read, the job has no
 * items from then on. Its window is fenced, so that readers do not wait for them.
 *
 * @returns the facts that the job ends by: `unreadable` where its items are
 */
export async function storeForEnd(
  services: StoreAccess,
  job: Job,
  facts: EndFacts,
  message: JobMessage | undefined,
): Promise<EndFacts> {
  if (message === undefined || job.prepared?.under !== undefined) return facts;
  try {
    await storeInline(services, job.id, message);
    return facts;
  } catch (error) {
    if (!(error instanceof UnreadableItemsError)) throw error;
    const slots = Math.max(1, job.count);
    await retryIdempotent(services, () =>
      services.store.windows.putTombstone(job.id, { kind: 'tombstone', slot: 0, slots }),
    );
    return { how: 'unreadable', error };
  }
}

/**
 * Prolongs a job's items for as long as its record is shown. Until the job's retention begins, the ticker prolongs
 * them.
 */
export async function keepItems(
  services: StoreAccess,
  { id, prepared, createdAt }: Job,
  until: number,
): Promise<void> {
  const now = services.clock.now();
  // Records that were put today live long enough. The expiry of older ones has to be read.
  if (Math.abs(now - createdAt) < LOOK_EVERY_MS && until < now + RECORD_LIFE_MS - LOOK_EVERY_MS) return;
  for (const window of [id, prepared?.under]) {
    if (window !== undefined)
      await retryIdempotent(services, () => services.store.retention.prolong(window, until));
  }
}
