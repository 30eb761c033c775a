import { describe, expect, test } from '@jest/globals';
import { type BatchContext, type BatchOptions, batch } from 'cistern';
import { JobBench } from '../support/job-bench.ts';

describe('a handler', () => {
  const run = async (handler: BatchOptions<number>['handler']) => {
    const world = new JobBench(batch<number>({ name: 'any', maxSize: 5, maxWaitMs: 60_000, handler }));
    const id = await world.flushed(1, 2);
    await world.deliver();
    return world.job(id);
  };
  const sum = ({ batch: items }: BatchContext<number>) => items.reduce((a, b) => a + b, 0);

  test('is called with the batch, and what it returns is the result', async () => {
    expect(await run(sum)).toMatchObject({ status: 'completed', result: 3 });
  });

  test('may be one that imports the module whose default export it is', async () => {
    expect(await run(async () => ({ default: sum }))).toMatchObject({ status: 'completed', result: 3 });
  });

  test('may return data that has a default', async () => {
    expect(await run(() => ({ default: 5 }))).toMatchObject({ result: { default: 5 } });
  });
});
