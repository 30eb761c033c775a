import { BELIEVED_MS } from '../control/pause-holds.ts';
import type { Control } from '../store/control.ts';
import type { ControlStore } from '../store/ports.ts';
import type { Clock } from '../store/services.ts';
import { remembering } from './remember.ts';

const isFree = ({ paused, ingestionPaused }: Control): boolean => !paused && !ingestionPaused;

/**
 * Makes a reader of what operators have asked of a batch. The answer "nothing is paused" is used for a second from the
 * start of the read. A pause is read again each time, so that no process holds back a batch that has been resumed.
 */
export function cachedControls(controls: ControlStore, clock: Clock): (batch: string) => Promise<Control> {
  const remember = remembering(clock);
  return batch => remember(batch, BELIEVED_MS, () => controls.readControl(batch), isFree);
}
