import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';

/**
 * What may go wrong at a call of a process, chosen anew for each: it takes long; the process dies before it is sent
 * or after it was applied; it was applied and its answer is lost; it fails, and is applied later all the same.
 */
export type Mishap = 'none' | 'stall' | 'die before' | 'die after' | 'lost answer' | 'applied later';

/** Lets calls through one at a time, in whatever order it likes. */
export type Turn = () => Promise<void>;

/** Hands out turns in a random order: who waits is let go on when all others wait too. */
export function turns(pick: () => number): Turn {
  const waiting: (() => void)[] = [];
  let scheduled = false;
  const next = () => {
    scheduled = false;
    const [go] = waiting.splice(Math.floor(pick() * waiting.length), 1);
    go?.();
    if (waiting.length > 0) schedule();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(next);
  };
  return () =>
    new Promise(resolve => {
      waiting.push(resolve);
      schedule();
    });
}

/** Turns that a stalled call lets the others have. */
const STALL_TURNS = 80;
/** Turns until a request arrives that its sender has given up. */
const LATE_TURNS = 40;

class Died extends Error {}

/**
 * A process's view of a store or of queues: every call waits for its turn, and may meet a mishap. A dead
 * process's calls never return, and are never applied.
 */
export function interleaved<T extends object>(
  target: T,
  turn: Turn,
  mishap: () => Mishap,
  alive = { dead: false },
): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value === 'object' && value !== null) return interleaved(value, turn, mishap, alive);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        await turn();
        if (alive.dead) throw new Died('The process is dead.');
        const what = mishap();
        if (what === 'stall') await pass(turn, STALL_TURNS);
        if (what === 'die before') alive.dead = true;
        if (alive.dead) throw new Died('The process died.');
        if (what === 'applied later') {
          void pass(turn, LATE_TURNS).then(() => value.apply(object, args));
          throw new Error('No answer came.');
        }
        const answer: unknown = await value.apply(object, args);
        if (what === 'die after') alive.dead = true;
        await turn();
        if (alive.dead) throw new Died('The process died before its answer came.');
        if (what === 'lost answer') throw new Error('The answer was lost.');
        return answer;
      };
    },
  });
}

async function pass(turn: Turn, turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await turn();
}

/** A store and queues that several processes share. */
export interface SharedWorld {
  readonly store: MemoryStore;
  readonly queues: MemoryQueues;
}

export const sharedWorld = (now: () => number): SharedWorld => ({
  store: new MemoryStore(now),
  queues: new MemoryQueues(),
});
