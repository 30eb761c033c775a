import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { JobBench } from '../support/job-bench.ts';

describe('a handler is not called', () => {
  function bench(change: Partial<BatchOptions<number>>) {
    const seen: (readonly number[])[] = [];
    const world = new JobBench(
      batch<number>({
        name: 'late',
        maxSize: 5,
        maxWaitMs: 60_000,
        retries: { max: 1 },
        handler: ({ batch: items }) => void seen.push(items),
        ...change,
      }),
    );
    return { world, seen };
  }

  test('by a run that lost its lock while beforeFlush ran: it does not know what the batch is', async () => {
    let during = async (): Promise<unknown> => undefined;
    const { world, seen } = bench({
      hooks: {
        beforeFlush: async items => {
          await during();
          return items.filter(item => item > 1);
        },
      },
    });
    const id = await world.flushed(1, 2, 3);
    during = async () => {
      const now = world.clock.now() + 40_000;
      const claim = {
        by: 'another',
        batch: world.definition.name,
        now,
        lockedUntil: now + 30_000,
        maxAttempts: 2,
        tags: [],
      };
      expect((await world.store.jobs.claim(id, claim)).outcome).toBe('claimed');
    };
    expect((await world.deliver()).result).toBe('again');
    expect(seen).toEqual([]);
    expect(await world.job(id)).toMatchObject({ status: 'active', attempt: 2 });
  });

  test('when beforeFlush has taken all the time there was: the attempt has timed out', async () => {
    let advance = (): void => {};
    const { world, seen } = bench({
      timeout: 1_000,
      hooks: {
        beforeFlush: items => {
          advance();
          return items;
        },
      },
    });
    const id = await world.flushed(1, 2, 3);
    advance = () => world.clock.advance(1_001);
    await world.deliver();
    expect(seen).toEqual([]);
    expect((await world.job(id)).attempts).toMatchObject([
      { outcome: 'timed out', error: { message: 'timed out after 1000 ms' } },
    ]);
    advance = () => {};
    world.clock.advance(5_000);
    await world.deliver();
    expect(seen).toEqual([[1, 2, 3]]);
  });
});
