import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { runTicker } from '#lib/recovery/ticker';
import { jobKey } from '#lib/store/keys';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what has to wait for long', () => {
  const defined = (judge: Judge, maxWaitMs: number) =>
    batch<{ id: string }>({
      name: 'patient',
      maxSize: 3,
      maxWaitMs,
      handler: judge.handler,
    }) as unknown as Definition;

  const tick = ({ healthy, clock }: World) =>
    runTicker(healthy.services, clock.now() + 1, { tickIntervalMs: 1 });

  test('a window further out than a message can be delayed gets its timer from the ticker, in time', async () => {
    const judge = new Judge();
    const definition = defined(judge, 2 * HOUR);
    const world = new World([definition]);
    const timers: { deadline: number; delaySeconds: number }[] = [];
    const { queues } = world.healthy.services;
    const sendTimer = queues.sendTimer.bind(queues);
    queues.sendTimer = async (message, delaySeconds) => {
      timers.push({ deadline: message.deadline, delaySeconds });
      return sendTimer(message, 0);
    };

    const began = world.clock.now();
    const [receipt] = await world.healthy.add(definition, [{ id: 'a' }]);
    if (receipt) judge.acknowledge('a', receipt);
    expect(timers).toEqual([]);
    expect(await tick(world)).toMatchObject({ due: 0 });

    world.clock.advance(2 * HOUR - 800_000);
    expect(await tick(world)).toMatchObject({ armed: 1, sealed: 0 });
    expect(await tick(world)).toMatchObject({ armed: 0, sealed: 0 });
    expect(timers).toHaveLength(1);
    const [{ deadline = 0, delaySeconds = 0 } = {}] = timers;
    expect(deadline - began).toBeGreaterThanOrEqual(2 * HOUR);
    expect(delaySeconds).toBeGreaterThan(0);
    expect(delaySeconds).toBeLessThanOrEqual(800);

    world.clock.advance(799_000);
    await world.fireTimers();
    await world.runJobs();
    expect(judge.verdict(3)).toEqual([]);
    await world.stop();
  });

  test('nothing of an unfinished job expires: the ticker prolongs its window', async () => {
    const judge = new Judge();
    const definition = defined(judge, HOUR);
    const world = new World([definition]);
    const receipts = await world.healthy.add(definition, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    receipts.forEach((receipt, at) => {
      judge.acknowledge('abc'[at] ?? '', receipt);
    });
    const job = receipts[0]?.job ?? '';
    const { table } = world;
    const soonest = async () => {
      const records = await table.partition(jobKey(job).pk, ['expires']);
      return Math.min(...records.flatMap(({ expires }) => (expires === undefined ? [] : [Number(expires)])));
    };
    const before = await soonest();
    // twenty months in which no consumer runs
    for (let days = 0; days < 600; days += 10) {
      world.clock.advance(10 * DAY);
      await tick(world);
      expect((await soonest()) * 1_000).toBeGreaterThan(world.clock.now() + 10 * DAY);
    }
    expect(await soonest()).toBeGreaterThan(before);
    await world.recover();
    expect(judge.verdict(3)).toEqual([]);
    await world.stop();
  });
});
