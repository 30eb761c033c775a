import { inSlots, type Mutant } from './mutant.ts';

const ONE = { persist: true, concurrency: 1, ordered: false, throttle: undefined, hooks: false };
const PERMITS = { focus: ONE, habits: { workMs: 500 }, calm: true };
const LONG = { focus: { ...ONE, lockTtlMs: 5_000 }, habits: { workMs: 8_000 }, calm: true };

/** Mistakes with the slots that permits and flushes are taken from. */
export const SLOT_MUTANTS: readonly Mutant[] = [
  {
    name: 'a slot is taken by two',
    seed: 13,
    plays: PERMITS,
    mutation: inSlots(slots => ({
      take: async (...taking) => {
        await slots.take(...taking);
        return 'taken';
      },
    })),
  },
  {
    name: 'a slot is not given back',
    seed: 4,
    plays: PERMITS,
    mutation: inSlots(() => ({ giveBack: async () => {} })),
  },
  {
    name: 'a permit is not renewed',
    seed: 5,
    plays: LONG,
    mutation: inSlots(() => ({ renew: async () => 'renewed' })),
  },
  {
    name: 'a permit that is renewed is taken for another’s',
    seed: 5,
    plays: LONG,
    mutation: inSlots(slots => ({
      renew: async (...renewing) => {
        await slots.renew(...renewing);
        return 'occupied';
      },
    })),
  },
  {
    name: 'a permit lapses in a quarter of its time',
    seed: 5,
    plays: LONG,
    mutation: inSlots((slots, { clock }) => ({
      take: (scope, index, taking) =>
        slots.take(scope, index, { ...taking, until: clock.now() + (taking.until - clock.now()) / 4 }),
      renew: (scope, index, by, until) =>
        slots.renew(scope, index, by, clock.now() + (until - clock.now()) / 4),
    })),
  },
  {
    name: 'one slot less is seen than there is',
    seed: 37,
    plays: { ...PERMITS, focus: { ...ONE, concurrency: 2, maxSize: 1 } },
    mutation: inSlots((slots, { clock }) => ({
      readSlots: async (scope, count) =>
        (await slots.readSlots(scope, count)).map(slot =>
          slot.index === 0 ? { ...slot, by: 'somebody', freeAt: clock.now() + 10_000 } : slot,
        ),
    })),
  },
];
