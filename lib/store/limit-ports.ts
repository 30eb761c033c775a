/** Names slots: a batch's flushes, or the permits of a batch or of one of its groups. */
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
  /** From when on it may be taken again, in ms since the epoch; 0 for a slot that is not taken. */
  readonly freeAt: number;
  /** Until when turns are booked on the slot, in ms since the epoch; 0 where none ever was. */
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
   * Takes a slot, if it is free at `now`, or if `by` has it already since an answer was lost.
   * @param until from when on the slot is free again, in ms since the epoch
   * @param unbooked whether to take it only if no booked turn on it is still to come
   * @param whenSeen takes the slot only if its `freeAt` is still this one, whether or not it is free
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
  /** Moves the time at which a slot of `by` is free. Returns `occupied` when `by` does not have it any more. */
  renew(scope: SlotScope, index: number, by: string, until: number): Promise<'renewed' | 'occupied'>;
  /**
   * Gives a slot back, if `by` still has it. It may be called any number of times.
   * @param freeAt from when on the slot counts as free, in ms since the epoch. Default: it is free at once
   */
  giveBack(scope: SlotScope, index: number, by: string, freeAt?: number): Promise<void>;
  /** Changes when a slot is free, if it has not changed since it was read. */
  correct(scope: SlotScope, seen: Slot, freeAt: number): Promise<void>;
  /**
   * Books a turn on a slot, after the turns that are booked on it.
   * @param from the earliest time of the turn, where none is booked, in ms since the epoch
   * @param duration how long a turn takes, in ms
   * @param whenSeen books only if the slot's `bookedUntil` is still this one
   * @returns the time of the turn; undefined when another process has booked first, and it has to be tried again
   */
  book(
    scope: SlotScope,
    index: number,
    booking: { readonly from: number; readonly duration: number; readonly whenSeen?: number },
  ): Promise<number | undefined>;
  /** Removes all bookings of a slot, if none was added since it was read. */
  unbook(scope: SlotScope, seen: Slot): Promise<void>;
}
