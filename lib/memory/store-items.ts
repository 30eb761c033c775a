import pLimit from 'p-limit';
import { planChunks, toChunk } from '../buffer/chunks.ts';
import { toItem } from '../buffer/items.ts';
import { retryIdempotent } from '../buffer/land.ts';
import type { StoreAccess } from '../store/services.ts';

const PARALLEL_PUTS = 8;

/** Stores a batch's items as the window record of its job, for items that a message cannot carry or keep. */
export async function storeItems(
  services: StoreAccess,
  job: string,
  items: readonly string[],
): Promise<void> {
  const plans = planChunks([{ window: 0, slot: 0, count: items.length }], items.map(toItem));
  const limit = pLimit(PARALLEL_PUTS);
  await Promise.all(
    plans.map(plan =>
      limit(() => retryIdempotent(services, () => services.store.windows.putChunk(job, toChunk(plan)))),
    ),
  );
}
