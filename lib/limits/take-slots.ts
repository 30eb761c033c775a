import type { Slot, SlotScope } from '../store/limit-ports.ts';
import type { Services, StoreAccess } from '../store/services.ts';
import { astraySlots, freeSlots } from './free-slots.ts';

/** After a slower read, the slots count as read when the answer came, not when the read was sent. */
const SLOW_MS = 1_000;

/**
 * Reads after which a process gives up. It has then lost every race: its requests are so slow that others take each
 * slot that comes free. The caller treats it as a refusal, so that the process does not try for ever.
 */
const ROUNDS = 20;

/** A request for slots of a limit. */
export interface SlotRequest {
  readonly scope: SlotScope;
  /** The limit. */
  readonly count: number;
  /** How many slots are wanted. */
  readonly wanted: number;
  /** Names this one taking. */
  readonly by: string;
  /** For how long a slot is taken, in ms. */
  readonly forMs: number;
  /** Whether slots with a booked turn that is still to come are left alone. */
  readonly unbooked: boolean;
  /** A slot that is probably free. It is tried first, which saves the read. */
  readonly likely?: number | undefined;
}

/** A limit's slots, as a consistent read has shown them. */
export interface SlotsRead {
  readonly slots: readonly Slot[];
  /** The time of the read, in ms since the epoch: when it was sent, or when its answer came where it was slow. */
  readonly at: number;
}

/**
 * The slots that were taken. They are fewer than wanted if a consistent read has shown no more free ones, or all races
 * were lost.
 */
export interface TakenSlots extends SlotsRead {
  readonly taken: readonly number[];
  /** The one time at which all of them count as taken, in ms since the epoch. */
  readonly at: number;
}

/**
 * Takes free slots of a limit. When another process takes a slot first, the next free one is tried. The result is
 * empty only if a read has shown all slots taken, or twenty races were lost.
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
      // Without an answer, slots may be taken and stay unused. Give all of them back; the others lapse.
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
    // All slots that are taken together count from one time: that of the first read.
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

/** Reads a limit's slots, and corrects those that a wrong clock has taken for longer than possible. */
export async function readCorrected(
  { store, clock }: StoreAccess,
  { scope, count, forMs }: Pick<SlotRequest, 'scope' | 'count' | 'forMs'>,
): Promise<SlotsRead> {
  const askedAt = clock.now();
  const slots = await store.slots.readSlots(scope, count);
  // During a slow read other processes may have taken slots, so that its answer counts from when it came.
  const at = clock.now() - askedAt > SLOW_MS ? clock.now() : askedAt;
  const astray = astraySlots(slots, at, forMs);
  if (astray.length === 0) return { slots, at };
  await Promise.all(astray.map(slot => store.slots.correct(scope, slot, at + forMs)));
  return { slots: slots.map(slot => (astray.includes(slot) ? { ...slot, freeAt: at + forMs } : slot)), at };
}
