import type { Control } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import type { TickerMemory } from './ticker-memory.ts';

/** What repairs did, by kind. */
export interface RepairReport {
  /** Entries looked at. */
  due: number;
  /** Windows sealed because they were due or full and nobody had. */
  sealed: number;
  /** Windows published that somebody sealed who died before they were in SQS. */
  published: number;
  /** Timers armed. */
  armed: number;
  /** Jobs sent again. */
  resent: number;
  /** Buffers and jobs whose records' life was looked at. */
  kept: number;
  /** Entries of batches whose definitions are not deployed. */
  removed: number;
  /** Entries that could not be put right this time. */
  failed: number;
  /** Of these, those that a later version has stored, and puts right. */
  newer: number;
}

export const emptyReport = (): RepairReport => ({
  due: 0,
  sealed: 0,
  published: 0,
  armed: 0,
  resent: 0,
  kept: 0,
  removed: 0,
  failed: 0,
  newer: 0,
});

/** One look at some entries of the due index. */
export interface Look {
  /** When it began. */
  readonly now: number;
  /** When it begins nothing more, in ms since the epoch. */
  readonly until: number;
  /** Markers made before are taken for left behind. */
  readonly sealedBefore: number;
  /** Whether timers and job messages are taken for lost, however fresh: the batch's queue was deleted and is new. */
  readonly queuesLost: boolean;
  readonly memory: TickerMemory;
  readonly report: RepairReport;
  /** What operators have asked of a batch; that it is paused is asked once a look. */
  readonly controlOf: (batch: string) => Promise<Control>;
}

/** Begins a look. */
export function beginLook(
  services: Pick<Services, 'clock' | 'controlOf'>,
  look: Omit<Look, 'now' | 'controlOf'>,
): Look {
  const held = new Map<string, Control>();
  const controlOf = async (batch: string): Promise<Control> => {
    const known = held.get(batch);
    if (known) return known;
    const control = await services.controlOf(batch);
    if (control.paused) held.set(batch, control);
    return control;
  };
  return { ...look, now: services.clock.now(), controlOf };
}
