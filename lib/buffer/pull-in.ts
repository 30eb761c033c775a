import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { Services } from '../store/services.ts';
import { isAstray } from './is-astray.ts';

/**
 * Replaces a deadline that cannot be right by a new one, `maxWaitMs` from now. So no item waits for the wrong clock of the
 * process that opened the window (invariant 7).
 *
 * @param by names this call. It counts as the window's opener from then on, so that it arms the timer
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
