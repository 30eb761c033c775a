import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { round, timed } from './measure.ts';

const ITEMS = 2_000;
const ROUNDS = 3;

/** The same items one after the other, from 64 callers at once, and in bulk: what meeting in one process saves. */
export async function groupCommit(): Promise<Record<string, number | string>> {
  const target = batch<{ n: number }>({
    name: 'target',
    maxSize: 10_000,
    maxWaitMs: 600_000,
    handler: () => {},
  });
  const local = await startLocal({ batches: [target], port: 0 });
  const items = Array.from({ length: ITEMS }, (_, n) => ({ n }));
  const ways = {
    serial: async () => {
      for (const item of items) await target.add(item);
    },
    '64 callers': async () => {
      let next = 0;
      await Promise.all(
        Array.from({ length: 64 }, async () => {
          for (let item = items[next++]; item; item = items[next++]) await target.add(item);
        }),
      );
    },
    bulk: () => target.addBulk(items),
  };
  const spent = { serial: 0, '64 callers': 0, bulk: 0 };
  try {
    for (let i = 0; i < ROUNDS; i++) {
      for (const way of Object.keys(ways) as (keyof typeof ways)[]) spent[way] += await timed(ways[way]);
    }
    const rate = (ms: number) => Math.round((ITEMS * ROUNDS * 1_000) / ms);
    return {
      'items/s, serial': rate(spent.serial),
      'items/s, 64 callers': rate(spent['64 callers']),
      'items/s, bulk': rate(spent.bulk),
      '64 callers over serial': round(spent.serial / spent['64 callers']),
      'bulk over serial': round(spent.serial / spent.bulk),
    };
  } finally {
    await local.stop();
  }
}
