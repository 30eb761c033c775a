import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { WindowStore } from '#lib/store/window-ports';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

/** A writer whose chunk is on its way for as long as the test wants. */
function held(deployment: Deployment): { writer: Deployment; reached: Promise<void>; letGo: () => void } {
  let letGo = (): void => {};
  let reach = (): void => {};
  const gate = new Promise<void>(resolve => {
    letGo = resolve;
  });
  const reached = new Promise<void>(resolve => {
    reach = resolve;
  });
  const { store, ...services } = deployment.services;
  const windows = new Proxy(store.windows, {
    get(target, name: keyof WindowStore) {
      if (name !== 'putChunk') return target[name].bind(target);
      return async (...args: Parameters<WindowStore['putChunk']>) => {
        reach();
        await gate;
        return target.putChunk(...args);
      };
    },
  });
  const writer = new Deployment(
    { deployment: services.deployment, queueUrlBase: 'http://127.0.0.1/' },
    { services: { ...services, store: { ...store, windows } } },
  );
  return { writer, reached, letGo };
}

describe('a writer that stalls between reserve and put', () => {
  test.each([
    { name: 'plain', dedup: false },
    { name: 'with dedup keys', dedup: true },
  ])(
    '$name: it is fenced, the batch stays as it was first seen, and its item is in another',
    async ({ dedup }) => {
      const judge = new Judge();
      let failures = 1;
      const definition = batch<{ id: string }>({
        name: 'stall',
        maxSize: 3,
        maxWaitMs: 60_000,
        // its message does not come back before the writer goes on
        retries: { max: 2, strategy: 'fixed', baseDelay: 60_000 },
        ...(dedup && { deduplicateBy: item => item.id }),
        handler: context => {
          judge.handler(context);
          if (failures-- > 0) throw new Error('once more, please');
        },
      }) as unknown as Definition;
      const world = new World([definition]);
      const add = async (deployment: Deployment, id: string) => {
        const [receipt] = await deployment.add(definition, [{ id }]);
        if (receipt) judge.acknowledge(id, receipt);
        return receipt;
      };

      const { writer, reached, letGo } = held(world.healthy);
      const slow = add(writer, 'slow');
      await reached;
      const quick = await add(world.healthy, 'b');
      await add(world.healthy, 'c');
      await world.runJobs();
      expect(judge.runs.get(quick?.job ?? '')).toEqual([['b', 'c']]);

      letGo();
      const late = await slow;
      expect(late?.job).not.toBe(quick?.job);
      await world.recover();
      expect(judge.runs.get(quick?.job ?? '')).toEqual([
        ['b', 'c'],
        ['b', 'c'],
      ]);
      expect(judge.verdict(3)).toEqual([]);
      expect(await world.leftBehind()).toEqual([]);
      await world.stop();
    },
  );
});
