import type { Table } from '#lib/store/table-port';
import { Storage } from '../simulation/world/storage.ts';
import { World } from '../simulation/world/world.ts';

const HOUR_MS = 3_600_000;
/** The contract's records expire at times of its own: the simulation's clock deletes none of them. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** The table as processes of the simulation reach it. Virtual time goes on for as long as an answer is owed. */
export function simulatedTable(): Table {
  const world = new World(1);
  const table = new Storage(world, { ttlEager: false, ttlEveryMs: NEVER_MS, largeIndex: false }).tableOf(
    world.process('contract'),
  );
  let owed = 0;
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    while (owed > 0) await world.scheduler.run(world.now + HOUR_MS, () => owed === 0);
    isRunning = false;
  };
  return new Proxy(table, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        owed += 1;
        const answer: Promise<unknown> = method.apply(target, args);
        void run();
        try {
          return await answer;
        } finally {
          owed -= 1;
        }
      };
    },
  });
}
