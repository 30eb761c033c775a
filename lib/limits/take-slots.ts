import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services } from '../store/services.ts';
import { astraySlots, freeSlots } from './free-slots.ts';

/** What is asked of a limit. */
export interface SlotRequest {
  readonly scope: SlotScope;
  /** The limit. */
  readonly count: number;
  /** How many slots are wanted. */
  readonly wanted: number;
  /** Who takes them, for this once. */
  readonly by: string;
  readonly now: number;
  /** For how long a slot is taken, in ms. */
  readonly forMs: number;
  /** Whether those with a turn to come are left alone. */
  readonly unbooked: boolean;
  /** A slot that is likely to be free. It is tried first, and saves the read. */
  readonly likely?: number | undefined;
}

/** The slots that were taken; fewer than wanted only where a consistent read has shown no other free one. */
export interface TakenSlots {
  readonly taken: readonly number[];
  /** All slots as they were seen last. */
  readonly slots: readonly Slot[];
}

/**
 * Takes free slots of a limit. A slot that another took in this moment is no refusal: the next is tried, and who gets
 * none has read that all are taken.
 */
export async function takeSlots(services: Services, request: SlotRequest): Promise<TakenSlots> {
  const { store, random } = services;
  const { scope, count, by, now, wanted, unbooked, forMs, likely } = request;
  const taken: number[] = [];
  const takeAll = async (indices: readonly number[]): Promise<void> => {
    const taking = { by, now, until: now + forMs, unbooked };
    const outcomes = await Promise.allSettled(indices.map(index => store.slots.take(scope, index, taking)));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      // no answer came, and the slot may be taken for nothing; what is not given back lapses
      await Promise.allSettled(
        [...indices, ...taken].map(each => store.slots.giveBack(scope, each, by, now)),
      );
      throw failed.reason;
    }
    taken.push(
      ...indices.filter((_, i) => outcomes[i]?.status === 'fulfilled' && outcomes[i].value === 'taken'),
    );
  };
  if (likely !== undefined && likely < count) await takeAll([likely]);
  let slots: readonly Slot[] = [];
  while (taken.length < wanted) {
    slots = await readCorrected(services, request);
    const free = freeSlots(slots, count, now, unbooked);
    if (free.length === 0) break;
    const first = Math.floor(random() * free.length);
    const chosen = Array.from({ length: Math.min(free.length, wanted - taken.length) }, (_, i) => i)
      .map(i => free[(first + i) % free.length])
      .filter(slot => slot !== undefined);
    await takeAll(chosen.map(({ index }) => index));
  }
  return { taken, slots };
}

/** Reads a limit's slots, and mends those that a clock astray has taken for longer than anybody can. */
export async function readCorrected(
  { store }: Services,
  { scope, count, now, forMs }: Pick<SlotRequest, 'scope' | 'count' | 'now' | 'forMs'>,
): Promise<readonly Slot[]> {
  const slots = await store.slots.readSlots(scope, count);
  const astray = astraySlots(slots, now, forMs);
  if (astray.length === 0) return slots;
  await Promise.all(astray.map(slot => store.slots.correct(scope, slot, now + forMs)));
  return slots.map(slot => (astray.includes(slot) ? { ...slot, freeAt: now + forMs } : slot));
}
