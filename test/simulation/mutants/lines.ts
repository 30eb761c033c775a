import type { Control } from '#lib/store/control';
import { inServices, inSlots, inTurns, type Mutant } from './mutant.ts';

/** Batches whose windows wait for one flush in five seconds. */
const WAITING = {
  focus: {
    persist: true,
    ordered: false,
    throttle: { max: 1, duration: 5_000 },
    groups: 6,
    maxSize: 4,
    maxWaitMs: 1_000,
  },
  calm: true,
};
const FLUSHED = { ...WAITING, operate: ['flush'], operations: 8 };
const PAUSED = {
  focus: { persist: true, maxWaitMs: 1_000, throttle: undefined },
  calm: true,
  operate: ['pause'],
  operations: 3,
};
/** For how long a process goes by one answer that nothing is paused. */
const BELIEVED_MS = 30_000;

/** Asks whether a batch is paused once, and goes by the answer for long. */
const askingOnce = (isMeant: (process: string) => boolean): Mutant['mutation'] =>
  inServices(({ controlOf, clock }, process) => {
    if (!isMeant(process)) return {};
    const known = new Map<string, { readonly at: number; readonly control: Control }>();
    return {
      controlOf: async batch => {
        const last = known.get(batch);
        if (last && clock.now() - last.at < BELIEVED_MS) return last.control;
        const control = await controlOf(batch);
        known.set(batch, { at: clock.now(), control });
        return control;
      },
    };
  });

/** Mistakes with the lines of windows that wait for a throttle, and with what is asked before a window is sealed. */
export const LINE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a window that is refused gets no turn',
    seed: 13,
    plays: WAITING,
    mutation: inTurns(() => ({ giveTurn: async (_, seen) => ({ applied: false, head: seen }) })),
  },
  {
    name: 'a turn stays as it is when its timer came a moment early',
    seed: 35,
    within: 250,
    plays: {
      focus: {
        persist: true,
        ordered: false,
        throttle: { max: 5, duration: 10_000 },
        groups: 12,
        maxSize: 8,
        maxWaitMs: 200,
      },
      calm: true,
    },
    mutation: inTurns((turns, { clock }) => ({
      giveTurn: (buffer, seen, turn, lookAt) => {
        const before = seen.open?.turn?.at ?? turn.at;
        return before < turn.at && before > clock.now()
          ? Promise.resolve({ applied: false, head: seen })
          : turns.giveTurn(buffer, seen, turn, lookAt);
      },
    })),
  },
  {
    name: 'a turn is never moved forward',
    seed: 4,
    plays: WAITING,
    mutation: inTurns(turns => ({
      giveTurn: (buffer, seen, turn, lookAt) =>
        seen.open?.turn && turn.at < seen.open.turn.at
          ? Promise.resolve({ applied: false, head: seen })
          : turns.giveTurn(buffer, seen, turn, lookAt),
    })),
  },
  {
    name: 'who was refused last is served first',
    seed: 5,
    plays: WAITING,
    mutation: inTurns(turns => ({
      giveTurn: (buffer, seen, turn, lookAt) =>
        turns.giveTurn(
          buffer,
          seen,
          seen.open?.turn ? turn : { ...turn, place: 4_000_000_000_000 - turn.place },
          lookAt,
        ),
    })),
  },
  {
    name: 'one flush is granted to two',
    seed: 13,
    plays: WAITING,
    mutation: inSlots(slots => ({
      take: async (scope, index, taking) => {
        const outcome = await slots.take(scope, index, taking);
        return scope.kind === 'flush' ? 'taken' : outcome;
      },
    })),
  },
  {
    name: 'a flush that is given back forgets the one before it',
    seed: 54,
    plays: FLUSHED,
    mutation: inSlots(slots => ({ giveBack: (scope, index, by) => slots.giveBack(scope, index, by) })),
  },
  {
    name: 'a flush that sealed nothing is not given back',
    seed: 27,
    plays: WAITING,
    mutation: inSlots(slots => ({
      giveBack: async (scope, index, by, freeAt) => {
        if (scope.kind !== 'flush') await slots.giveBack(scope, index, by, freeAt);
      },
    })),
  },
  {
    name: 'a sealer asks once whether its batch is paused',
    seed: 8,
    plays: PAUSED,
    mutation: askingOnce(process => !process.startsWith('on-')),
  },
  {
    name: 'a consumer asks once whether its batch is paused',
    seed: 8,
    plays: { ...PAUSED, habits: { throws: 0.6 } },
    mutation: askingOnce(process => process.startsWith('on-')),
  },
];
