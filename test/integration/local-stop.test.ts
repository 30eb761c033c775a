import { expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';

test('what is held in memory when the local stack is stopped still reaches its handler', async () => {
  const seen: number[] = [];
  const held = batch<number>({
    name: 'held',
    maxSize: 100,
    maxWaitMs: 60_000,
    persist: false,
    groupBy: item => String(item),
    handler: async ({ batch: items }) => {
      await new Promise(resolve => setTimeout(resolve, 50));
      seen.push(...items);
    },
  });
  const local = await startLocal({ batches: [held], port: 0 });
  const items = Array.from({ length: 30 }, (_, i) => i);
  await held.addBulk(items);
  await local.stop();
  expect(seen.sort((a, b) => a - b)).toEqual(items);
});
