import type { Services } from '../store/services.ts';
import type { TickerMemory } from './ticker-memory.ts';

/**
 * Writes down that something is left of a batch whose definition this process does not know. The ticker that knows it
 * again looks at all of it at once, however long it was put off.
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
