import pLimit from 'p-limit';
import { planChunks, toChunk } from '../buffer/chunks.ts';
import { toItem } from '../buffer/items.ts';
import { retryIdempotent } from '../buffer/retry-idempotent.ts';
import type { StoreAccess } from '../store/services.ts';

const PARALLEL_PUTS = 8;
/** No item's JSON. */
const NOTHING = '';

/**
 * Stores a batch's items as the window record of its job, for items that a message cannot carry or keep.
 *
 * @param items each as JSON, by its slot. Undefined: the slot holds nothing
 */
export async function storeItems(
  services: StoreAccess,
  job: string,
  items: readonly (string | undefined)[],
): Promise<void> {
  const slots = items.map((json = NOTHING, slot) => toItem(json, slot));
  const plans = planChunks([{ window: 0, slot: 0, count: slots.length }], slots);
  const limit = pLimit(PARALLEL_PUTS);
  await Promise.all(
    plans.map(plan => {
      const chunk = toChunk(plan, ({ json }) => json !== NOTHING);
      return limit(() => retryIdempotent(services, () => services.store.windows.putChunk(job, chunk)));
    }),
  );
}
