import type { SlotScope } from '../store/limit-ports.ts';
import type { Services } from '../store/services.ts';

/** Tries of giving a slot back. */
const TRIES = 3;

/**
 * Gives a slot back. It never fails: a slot that cannot be given back lapses.
 *
 * @param freeAt from when on the slot counts as free, in ms since the epoch. Default: it is free at once
 * @returns whether it was given back
 */
export async function giveBack(
  { store, clock, warn }: Pick<Services, 'store' | 'clock' | 'warn'>,
  scope: SlotScope,
  index: number,
  by: string,
  freeAt?: number,
): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await store.slots.giveBack(scope, index, by, freeAt);
      return true;
    } catch (error) {
      if (tries === TRIES) {
        warn(`a ${scope.kind} could not be given back; it will lapse`, error, { batch: scope.batch });
        return false;
      }
      await clock.sleep(100 * tries);
    }
  }
}
