import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { quantile, round, timed } from './measure.ts';

/**
 * add() with 10 and with about 9,500 items buffered (one more would fill the window), in turns within one run, so that whatever else the machine does
 * hits both. The ratio is to be 1.
 */
export async function buffered(): Promise<Record<string, unknown>> {
  const define = (name: string) =>
    batch<{ n: number; text: string }>({ name, maxSize: 10_000, maxWaitMs: 600_000, handler: () => {} });
  const [few, many] = [define('few'), define('many')];
  const item = (n: number) => ({ n, text: 'x'.repeat(150) });
  const local = await startLocal({ batches: [few, many], port: 0 });
  try {
    await few.addBulk(Array.from({ length: 10 }, (_, n) => item(n)));
    // one by one in the end, as most come: 9,000 records in the window
    await many.addBulk(Array.from({ length: 1_000 }, (_, n) => item(n)));
    for (let at = 0; at < 8_000; at += 16) {
      await Promise.all(Array.from({ length: 16 }, (_, n) => many.add(item(at + n))));
    }
    const times = { few: [] as number[], many: [] as number[] };
    for (let n = 0; n < 600; n++) {
      times.few.push(await timed(() => few.add(item(n))));
      times.many.push(await timed(() => many.add(item(n))));
    }
    const steady = { few: times.few.slice(100), many: times.many.slice(100) };
    return {
      'p50 ms, 10 buffered': round(quantile(steady.few, 0.5)),
      'p50 ms, 9,500 buffered': round(quantile(steady.many, 0.5)),
      'ratio of p50': round(quantile(steady.many, 0.5) / quantile(steady.few, 0.5)),
      'ratio of p95': round(quantile(steady.many, 0.95) / quantile(steady.few, 0.95)),
    };
  } finally {
    await local.stop();
  }
}
