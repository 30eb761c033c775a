import type { BufferKey, Head } from '../store/records.ts';
import type { Services } from '../store/services.ts';

/** How far two clocks may be apart that both follow the store's time, and more. */
const CLOCKS_APART_MS = 10_000;

/** Whether a window's deadline is further off than its `maxWaitMs`: a clock was ahead when it was opened. */
const isAstray = ({ open }: Head, now: number): boolean =>
  open !== undefined && open.deadline > now + open.waitMs + CLOCKS_APART_MS;

/**
 * Gives an open window whose deadline cannot be right a new one, `maxWaitMs` from now. Nobody's items wait for the
 * clock of the process that opened it (invariant 7).
 *
 * @param by names the call, which is the window's opener from then on and arms its timer
 * @returns the head as it is now
 */
export async function pullIn(
  services: Pick<Services, 'store' | 'clock' | 'warn'>,
  buffer: BufferKey,
  head: Head,
  by: string,
): Promise<Head> {
  const now = services.clock.now();
  if (!isAstray(head, now)) return head;
  try {
    return (await services.store.headSchedules.pullIn(buffer, head, now, by)) ?? head;
  } catch (error) {
    services.warn('a deadline that is too far off stays for now; the ticker will pull it in', error, buffer);
    return head;
  }
}
