import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { astraySlots, freeSlots } from './free-slots.ts';

/** A read that takes longer tells how the slots were at some time since it was asked for. */
const SLOW_MS = 1_000;

/**
 * Reads after which a process gives up. It has then lost every race: its requests take so long that slots become free and
 * are taken again meanwhile. It gets a turn, like those for whom all slots were taken, and does not try for ever.
 */
const ROUNDS = 20;

/** What is asked of a limit. */
export interface SlotRequest {
  readonly scope: SlotScope;
  /** The limit. */
  readonly count: number;
  /** How many slots are wanted. */
  readonly wanted: number;
  /** Who takes them, for this once. */
  readonly by: string;
  /** For how long a slot is taken, in ms. */
  readonly forMs: number;
  /** Whether those with a turn to come are left alone. */
  readonly unbooked: boolean;
  /** A slot that is likely to be free. It is tried first, and saves the read. */
  readonly likely?: number | undefined;
}

/** A limit's slots, as a consistent read has shown them. */
export interface SlotsRead {
  readonly slots: readonly Slot[];
  /** The time of the read, in ms since the epoch: when it was asked for, or, where it was slow, when it was answered. */
  readonly at: number;
}

/** The slots that were taken; fewer than wanted where a consistent read has shown no other free one, or all races were lost. */
export interface TakenSlots extends SlotsRead {
  readonly taken: readonly number[];
  /** The one time at which all of them count as taken, in ms since the epoch. */
  readonly at: number;
}

/**
 * Takes free slots of a limit. A slot that another took in this moment is no refusal: the next is tried. Who gets none has
 * read that all are taken, or has lost twenty races.
 */
export async function takeSlots(
  services: Pick<Services, 'store' | 'clock' | 'random'>,
  request: SlotRequest,
): Promise<TakenSlots> {
  const { store, random, clock } = services;
  const { scope, count, by, wanted, unbooked, forMs, likely } = request;
  let at = clock.now();
  const taken: number[] = [];
  const takeAll = async (indices: readonly number[]): Promise<void> => {
    const taking = { by, now: at, until: at + forMs, unbooked };
    const outcomes = await Promise.allSettled(indices.map(index => store.slots.take(scope, index, taking)));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      // no answer came, and the slot may be taken for nothing; what is not given back lapses
      await Promise.allSettled([...indices, ...taken].map(each => store.slots.giveBack(scope, each, by, at)));
      throw failed.reason;
    }
    taken.push(
      ...indices.filter((_, i) => outcomes[i]?.status === 'fulfilled' && outcomes[i].value === 'taken'),
    );
  };
  if (likely !== undefined && likely < count) await takeAll([likely]);
  let slots: readonly Slot[] = [];
  for (let round = 0; taken.length < wanted && round < ROUNDS; round++) {
    const read = await readCorrected(services, request);
    slots = read.slots;
    // the read may have taken long; slots that are taken together have one time
    if (taken.length === 0) at = read.at;
    const free = freeSlots(slots, count, at, unbooked);
    if (free.length === 0) break;
    const first = Math.floor(random() * free.length);
    const chosen = Array.from({ length: Math.min(free.length, wanted - taken.length) }, (_, i) => i)
      .map(i => free[(first + i) % free.length])
      .filter(slot => slot !== undefined);
    await takeAll(chosen.map(({ index }) => index));
  }
  return { taken, slots, at };
}

/** Reads a limit's slots, and mends those that a clock astray has taken for longer than anybody can. */
export async function readCorrected(
  { store, clock }: StoreAccess,
  { scope, count, forMs }: Pick<SlotRequest, 'scope' | 'count' | 'forMs'>,
): Promise<SlotsRead> {
  const askedAt = clock.now();
  const slots = await store.slots.readSlots(scope, count);
  // while a slow read was under way, others may have taken slots again and again
  const at = clock.now() - askedAt > SLOW_MS ? clock.now() : askedAt;
  const astray = astraySlots(slots, at, forMs);
  if (astray.length === 0) return { slots, at };
  await Promise.all(astray.map(slot => store.slots.correct(scope, slot, at + forMs)));
  return { slots: slots.map(slot => (astray.includes(slot) ? { ...slot, freeAt: at + forMs } : slot)), at };
}
