import { realSetImmediate, realSleep } from '../real-time.ts';

/** Turns of the event loop for the work that a timer has started. */
const TURNS = 5;
/** A pause for handlers and their I/O. */
const BUSY_MS = 2;

/**
 * Waits for running work, before a clock is put forward again. A lock must not lapse while its renewal is being written
 * to the disk.
 *
 * @param settled resolves when all earlier writes are on disk
 */
export async function waitForWork(isBusy: boolean, settled: () => Promise<void>): Promise<void> {
  if (isBusy) await realSleep(BUSY_MS);
  for (let turn = 0; turn < TURNS; turn++) {
    await settled();
    await new Promise<void>(resolve => {
      realSetImmediate(resolve);
    });
  }
}
