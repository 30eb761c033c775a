import { BELIEVED_MS } from '../control/pause-holds.ts';
import type { Control } from '../store/control.ts';
import type { ControlStore } from '../store/ports.ts';
import type { Clock } from '../store/services.ts';
import { remembering } from './remember.ts';

/**
 * Makes a reader of what operators have asked of a batch. The answer "not paused" is used for a second from the start of the
 * read. A pause is read again each time, so that no process holds back a batch that has been resumed.
 *
 * @param asked `ingestionPaused`, for adds: the answer "not paused" may be a moment older, for half the price. The answer
 *   "paused" never is. Default: `paused`, for seals and claims, since a pause has to hold within two seconds (invariant 12)
 */
export function cachedControls(
  controls: ControlStore,
  clock: Clock,
  asked?: 'ingestionPaused',
): (batch: string) => Promise<Control> {
  const remember = remembering(clock);
  const isFree = (control: Control): boolean => !control[asked ?? 'paused'];
  const read = async (batch: string): Promise<Control> => {
    const seen = await controls.readControl(batch, asked && 'eventual');
    return asked && !isFree(seen) ? controls.readControl(batch) : seen;
  };
  return batch => remember(batch, BELIEVED_MS, () => read(batch), isFree);
}
