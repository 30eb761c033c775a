import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { SealServices } from '../store/services.ts';
import { armTimer } from './arm-timer.ts';
import type { SealDecision } from './decide-seal.ts';
import { lookAtTurn } from './throttle-line.ts';

/** How often the ticker looks at a window that a pause holds back. */
const PAUSED_LOOK_MS = 60_000;

/**
 * Sees to it that a window that may not be sealed yet is looked at again: arms its timer, or tells the ticker when to
 * look.
 *
 * @param decision why the window is not sealed now
 */
export async function putOff(
  services: SealServices,
  buffer: BufferKey,
  head: Head,
  { kind }: SealDecision,
): Promise<void> {
  const { clock, store } = services;
  const now = clock.now();
  if (kind === 'arm') await armTimer(services, buffer, head);
  const { dueAt = 0 } = head;
  // If the process that resumes the batch dies, the ticker seals this window. It looks at it once a minute until then.
  if (kind === 'hold' && (dueAt > now + PAUSED_LOOK_MS || dueAt <= now)) {
    await store.headSchedules.lookAgain(buffer, head, now + PAUSED_LOOK_MS);
  }
  const turn = head.open?.turn;
  if (kind === 'wait' && turn && turn.at > now && dueAt <= now) {
    await store.headSchedules.lookAgain(buffer, head, lookAtTurn(turn, now));
  }
}
