import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

describe('while SQS takes no messages', () => {
  test('adds go on, at a price that stays the same, and everything comes out afterwards', async () => {
    const judge = new Judge();
    const definition = batch<{ id: string }>({
      name: 'outage',
      maxSize: 2,
      maxWaitMs: 500,
      handler: judge.handler,
    }) as unknown as Definition;
    const world = new World([definition]);
    const { queues, store } = world.healthy.services;
    const working = { sendJob: queues.sendJob.bind(queues), sendTimer: queues.sendTimer.bind(queues) };
    const broken = () => Promise.reject(new Error('SQS is not there'));
    Object.assign(queues, { sendJob: broken, sendTimer: broken });

    const ids = Array.from({ length: 200 }, (_, i) => String(i));
    for (const id of ids) {
      const [receipt] = await world.healthy.add(definition, [{ id }]);
      if (receipt) judge.acknowledge(id, receipt);
      world.clock.advance(1_000);
    }
    const head = await store.heads.readHead({ batch: 'outage', group: undefined, shard: 0 });
    expect(head?.pending.length).toBeGreaterThan(0);
    expect(head?.pending.length).toBeLessThan(40);

    Object.assign(queues, working);
    for (let round = 0; round < 5; round++) await world.recover();
    expect(judge.verdict(2)).toEqual([]);
    expect(judge.batches.flat()).toHaveLength(200);
    expect(await world.leftBehind()).toEqual([]);
    await world.stop();
  });
});
