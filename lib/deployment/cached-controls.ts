import type { ControlStore } from '../store/ports.ts';
import type { Control } from '../store/records.ts';
import type { Clock } from '../store/services.ts';

/** A pause is obeyed within a second or two; asking for every item would make adds dearer. */
const BELIEVED_MS = 1_000;

interface Known {
  readonly at: number;
  readonly control: Promise<Control>;
}

const isFree = ({ paused, ingestionPaused }: Control): boolean => !paused && !ingestionPaused;

/**
 * Reads what operators have asked of a batch. That nothing is paused is believed for a second; that something is,
 * is always asked anew, so that nobody holds a batch back that has been resumed.
 */
export function cachedControls(controls: ControlStore, clock: Clock): (batch: string) => Promise<Control> {
  const free = new Map<string, Known>();
  const read = (batch: string): Promise<Control> => {
    const known = { at: clock.now(), control: controls.readControl(batch) };
    // who asks meanwhile waits for the same answer; one that is not «free», or none, is nobody else's
    free.set(batch, known);
    const forget = () => {
      if (free.get(batch) === known) free.delete(batch);
    };
    known.control.then(control => {
      if (!isFree(control)) forget();
    }, forget);
    return known.control;
  };
  return batch => {
    const known = free.get(batch);
    // a clock that was ahead and has been put right since leaves an answer of the future: it is believed no longer
    return known !== undefined && Math.abs(clock.now() - known.at) < BELIEVED_MS
      ? known.control
      : read(batch);
  };
}
