import { realSetImmediate, realSleep } from '../real-time.ts';

/** Turns of the event loop for what a timer has set going. */
const TURNS = 5;
/** For handlers and whatever they wait for. */
const BUSY_MS = 2;

/**
 * Lets work get on, before a clock is put forward once more: a lock must not lapse while its renewal is on its way to the
 * disk.
 *
 * @param settled resolves when all that was written by now is on disk
 */
export async function letWorkGetOn(isBusy: boolean, settled: () => Promise<void>): Promise<void> {
  if (isBusy) await realSleep(BUSY_MS);
  for (let turn = 0; turn < TURNS; turn++) {
    await settled();
    await new Promise<void>(resolve => {
      realSetImmediate(resolve);
    });
  }
}
