import type { Control } from '../store/control.ts';
import type { Services } from '../store/services.ts';
import type { TickerMemory } from './ticker-memory.ts';

/** Counts what repairs have done, by kind. */
export interface RepairReport {
  /** Entries looked at. */
  due: number;
  /** Windows that the ticker has sealed: they were due or full, and no other process had sealed them. */
  sealed: number;
  /** Windows that the ticker has published: their sealer died before they were in SQS. */
  published: number;
  /** Timers armed. */
  armed: number;
  /** Jobs sent again. */
  resent: number;
  /** Buffers and jobs whose records the ticker had to prolong. */
  kept: number;
  /** Entries of batches whose definitions are not deployed. */
  removed: number;
  /** Entries whose repair failed. */
  failed: number;
  /** Of these, entries of a later version, which that version's ticker repairs. */
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
  /** No repair begins from this time on, in ms since the epoch. */
  readonly until: number;
  /** Markers made before this time, in ms since the epoch, count as left behind by a dead sealer. */
  readonly sealedBefore: number;
  /** Whether all timers and job messages count as lost, also new ones: the batch's queue was deleted and made again. */
  readonly queuesLost: boolean;
  readonly memory: TickerMemory;
  readonly report: RepairReport;
  /** What operators have asked of a batch. A pause is remembered for the whole look. */
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
