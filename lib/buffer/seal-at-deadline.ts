import type { Sealing } from '../store/head-ports.ts';
import type { TimerMessage } from '../store/queue-ports.ts';
import type { SealServices } from '../store/services.ts';
import { untilAnswered } from '../until-answered.ts';
import { seal } from './seal.ts';
import { nameSeal, publishOwn } from './seal-step.ts';

/**
 * Seals a window at its deadline, by the bounds that its timer's message carries, so that no read is needed. If the
 * update is refused and the window is still open, it seals by the head that the update has returned. Otherwise it goes on
 * with what has become full meanwhile, as each sealer does.
 */
export async function sealAtDeadline(
  services: SealServices,
  { buffer, ...window }: TimerMessage,
): Promise<void> {
  const { store, clock } = services;
  if (services.definitionOf(buffer.batch)?.throttle) {
    const head = await store.heads.readHead(buffer);
    if (head) await seal(services, buffer, head);
    return;
  }
  const isHeld = async () => (await services.controlOf(buffer.batch)).paused;
  if (await isHeld()) return;
  const sealing: Sealing = { reason: 'time', now: clock.now(), by: nameSeal(services) };
  const result = await untilAnswered(clock, () => store.seals.sealOpen(buffer, window, sealing), isHeld);
  const { own, head } = await publishOwn(services, buffer, sealing, result);
  const stillOpen = head?.epoch === window.epoch && head.window === window.window;
  if (head && (stillOpen || own.length > 0)) await seal(services, buffer, head);
}
