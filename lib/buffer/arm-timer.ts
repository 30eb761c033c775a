import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { Services } from '../store/services.ts';
import { LONGEST_DELAY_MS } from '../topology.ts';

/**
 * Arms the open window's timer: sends one message, delayed by whole seconds. The timer fires at the window's turn where
 * the throttle holds the window back, else at its deadline, or sooner when the batch's `quietMs` have passed. SQS cannot
 * delay a message for longer than 15 minutes: the ticker arms the timer of a window that is further out. If the message
 * cannot be sent, the window is late and nothing else, since the ticker finds it when it is due (invariant 7).
 *
 * @param fireAt when the timer fires instead, in ms since the epoch
 * @returns whether a message was sent
 */
export async function armTimer(
  services: Pick<Services, 'queues' | 'clock' | 'definitionOf' | 'warn'>,
  buffer: BufferKey,
  head: Head,
  fireAt = wakeAt(services, buffer, head),
): Promise<boolean> {
  if (head.open === undefined) return false;
  const { epoch, window, base } = head;
  const { cap, openedAt, deadline } = head.open;
  const left = fireAt - services.clock.now();
  if (left > LONGEST_DELAY_MS) return false;
  try {
    await services.queues.sendTimer(
      { buffer, epoch, window, base, cap, openedAt, deadline, fireAt },
      Math.max(0, Math.floor(left / 1000)),
    );
    return true;
  } catch (error) {
    services.warn('a timer could not be armed; the ticker will flush its window', error, buffer);
    return false;
  }
}

function wakeAt(
  { definitionOf }: Pick<Services, 'definitionOf'>,
  { batch }: BufferKey,
  { open }: Head,
): number {
  if (open === undefined) return 0;
  const { deadline, lastAt, turn } = open;
  const quietMs = definitionOf(batch)?.quietMs;
  return turn?.at ?? (quietMs === undefined ? deadline : Math.min(deadline, lastAt + quietMs));
}
