import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { quantile, round } from './measure.ts';

const WAIT_MS = 1_500;
const WINDOWS = 50;

/** From a window's deadline to its handler's start on the local stack: 50 windows, one after the other and at once. */
export async function lateness(): Promise<Record<string, number | string>> {
  const late: number[] = [];
  const windows = batch<{ group: string }>({
    name: 'windows',
    maxSize: 100,
    maxWaitMs: WAIT_MS,
    groupBy: item => item.group,
    handler: ({ createdAt }) => {
      late.push(Date.now() - createdAt.getTime() - WAIT_MS);
    },
  });
  const local = await startLocal({ batches: [windows], port: 0 });
  const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
  const all = async (): Promise<readonly number[]> => {
    const until = Date.now() + 30_000;
    while (late.length < WINDOWS && Date.now() < until) await pause(20);
    if (late.length < WINDOWS) throw new Error(`Only ${late.length} of ${WINDOWS} windows came in 30 s.`);
    return late.splice(0);
  };
  const spread = async (round: string) => {
    for (let i = 0; i < WINDOWS; i++) {
      await windows.add({ group: `${round} ${i}` });
      await pause(40);
    }
    return all();
  };
  const atOnce = async (round: string) => {
    await windows.addBulk(Array.from({ length: WINDOWS }, (_, i) => ({ group: `${round} ${i}` })));
    return all();
  };
  try {
    await atOnce('warm');
    const [one, many] = [await spread('spread'), await atOnce('burst')];
    return {
      windows: one.length + many.length,
      'p50 ms, 40 ms apart': round(quantile(one, 0.5)),
      'p99 ms, 40 ms apart': round(quantile(one, 0.99)),
      'p50 ms, all at once': round(quantile(many, 0.5)),
      'p99 ms, all at once': round(quantile(many, 0.99)),
    };
  } finally {
    await local.stop();
  }
}
