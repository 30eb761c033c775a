import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';

/** What may go wrong at a call of a process: chosen anew for each. */
export type Mishap = 'none' | 'stall' | 'die before' | 'die after' | 'lost answer';

/** Lets calls through one at a time, in whatever order it likes. */
export type Turn = () => Promise<void>;

/** Turns that a stalled call lets the others have. */
const STALL_TURNS = 80;

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
        if (what === 'stall') for (let i = 0; i < STALL_TURNS; i++) await turn();
        if (what === 'die before') alive.dead = true;
        if (alive.dead) throw new Died('The process died.');
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

/** A store and queues that several processes share. */
export interface SharedWorld {
  readonly store: MemoryStore;
  readonly queues: MemoryQueues;
}

export const sharedWorld = (): SharedWorld => ({ store: new MemoryStore(), queues: new MemoryQueues() });
