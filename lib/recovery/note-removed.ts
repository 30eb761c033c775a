import type { Services } from '../store/services.ts';
import type { TickerMemory } from './ticker-memory.ts';

/**
 * Writes down that records are left of a batch whose definition this process does not know. When a ticker knows the
 * definition again, it looks at all of these records at once, however far their entries were put off.
 */
export async function noteRemoved(
  services: Pick<Services, 'store' | 'clock' | 'warn'>,
  memory: TickerMemory,
  batch: string,
): Promise<void> {
  if (memory.removed.has(batch)) return;
  await services.store.index.noteRemoved(batch, services.clock.now());
  memory.removed.add(batch);
  services.warn('items are left of a batch whose definition is not deployed; they wait for it', undefined, {
    batch,
  });
}
