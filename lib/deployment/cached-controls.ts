import { BELIEVED_MS } from '../control/pause-holds.ts';
import type { ControlStore } from '../store/ports.ts';
import type { Control } from '../store/records.ts';
import type { Clock } from '../store/services.ts';
import { remembering } from './remember.ts';

const isFree = ({ paused, ingestionPaused }: Control): boolean => !paused && !ingestionPaused;

/**
 * Reads what operators have asked of a batch. That nothing is paused is believed for a second,
 * counted from when it was asked; that something is, is always asked anew, so that nobody holds a batch back that has been resumed.
 */
export function cachedControls(controls: ControlStore, clock: Clock): (batch: string) => Promise<Control> {
  const remember = remembering(clock);
  return batch => remember(batch, BELIEVED_MS, () => controls.readControl(batch), isFree);
}
