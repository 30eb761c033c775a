/** Which slots: those of a batch's flushes, or the permits of a batch or of one group of it. */
export interface SlotScope {
  readonly kind: 'flush' | 'permit';
  readonly batch: string;
  /** For the only permit of an ordered batch's group; `null` for a batch without groups. Absent: the whole batch's. */
  readonly group?: string | null;
}

/** One numbered slot of a limit. */
export interface Slot {
  readonly index: number;
  /** The run or the grant that took it last; undefined when it was never taken, or given back. */
  readonly by: string | undefined;
  /** From when on it may be taken again, in ms since the epoch; 0 for a slot that nobody has. */
  readonly freeAt: number;
  /** Until when turns are booked on it, in ms since the epoch; 0 where none ever was. */
  readonly bookedUntil: number;
}

/**
 * Numbered slots that lapse by themselves, for throttles and for permits. Each is changed by conditional updates of its
 * own attributes alone, so that those who change different slots never disturb each other.
 */
export interface SlotStore {
  /** Slots `0 … count − 1`, and those beyond that share a record with them and were taken; strongly consistent. */
  readSlots(scope: SlotScope, count: number): Promise<Slot[]>;
  /**
   * Takes a slot, if it is free at `now` or `by` has it already: a repetition after a lost answer is recognised.
   * @param until from when on the next may take it
   * @param unbooked only if no turn is booked on it that is still to come
   * @param whenSeen instead of whether it is free: only if its `freeAt` is still this one
   */
  take(
    scope: SlotScope,
    index: number,
    taking: {
      readonly by: string;
      readonly now: number;
      readonly until: number;
      readonly unbooked?: boolean;
      readonly whenSeen?: number;
    },
  ): Promise<'taken' | 'occupied'>;
  /** Moves the end of a slot that `by` has; `occupied` when it is another's by now, or nobody's. */
  renew(scope: SlotScope, index: number, by: string, until: number): Promise<'renewed' | 'occupied'>;
  /**
   * Gives a slot back, if `by` has it still; any number of times.
   * @param freeAt since when or from when on it is free then. Default: it is free
   */
  giveBack(scope: SlotScope, index: number, by: string, freeAt?: number): Promise<void>;
  /** Changes when a slot is free, if it still is as it was seen. */
  correct(scope: SlotScope, seen: Slot, freeAt: number): Promise<void>;
  /**
   * Books a turn on a slot, behind those that are booked on it.
   * @param from when the first turn may be where none is booked
   * @param duration what a turn takes, in ms
   * @param whenSeen only if its `bookedUntil` is still this one
   * @returns when the turn is; undefined when others booked it just now, and it is to be tried again
   */
  book(
    scope: SlotScope,
    index: number,
    booking: { readonly from: number; readonly duration: number; readonly whenSeen?: number },
  ): Promise<number | undefined>;
  /** Takes all turns that are booked on a slot back, if none was booked since it was seen. */
  unbook(scope: SlotScope, seen: Slot): Promise<void>;
}
