import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { quantile, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const ROUNDS = 600;
/** Not counted: compilation and connections warm up. */
const WARM_UP = 100;
/** Adds to one small buffer before the next is taken, so that it never holds more than a few over 10. */
const PER_SMALL = 5;
const IN_BULK = 1_390;
const ONE_BY_ONE = 8_000;
/** As many as a process writes side by side: from more, group commit makes shared records. */
const CALLERS = 4;

interface Item {
  readonly n: number;
  readonly text: string;
  readonly group: string;
}

/**
 * add() with 10 to 14 items buffered and with 9,490 to 9,989 (10,000 would fill the window), in turns within one run,
 * so that whatever else the machine does hits both. The ratio is to be 1.
 */
export async function buffered(size: Size): Promise<readonly Table[]> {
  const share = size === 'tiny' ? 100 : 1;
  const define = (name: string) =>
    batch<Item>({
      name,
      maxSize: 10_000,
      maxWaitMs: 600_000,
      groupBy: item => item.group,
      handler: () => {},
    });
  const [few, many] = [define('few'), define('many')];
  const item = (n: number, group = 'all'): Item => ({ n, text: 'x'.repeat(150), group });
  const local = await startLocal({ batches: [few, many], port: 0 });
  try {
    // most one by one, so that the window holds thousands of records, not a few large ones
    await many.addBulk(Array.from({ length: IN_BULK / share }, (_, n) => item(n)));
    for (let at = 0; at < ONE_BY_ONE / share; at += CALLERS) {
      await Promise.all(Array.from({ length: CALLERS }, (_, n) => many.add(item(at + n))));
    }
    const times = { few: [] as number[], many: [] as number[] };
    for (let n = 0; n < ROUNDS / share; n++) {
      const group = `small ${Math.floor(n / PER_SMALL)}`;
      if (n % PER_SMALL === 0) await few.addBulk(Array.from({ length: 10 }, (_, i) => item(i, group)));
      times.few.push(await timed(() => few.add(item(n, group))));
      times.many.push(await timed(() => many.add(item(n))));
    }
    const steady = { few: times.few.slice(WARM_UP / share), many: times.many.slice(WARM_UP / share) };
    const at = (q: number) => [quantile(steady.few, q), quantile(steady.many, q)] as const;
    return [
      {
        title: 'An add, by what is buffered already, on the local stack',
        rows: {
          p50: toRow(...at(0.5)),
          p95: toRow(...at(0.95)),
        },
      },
    ];
  } finally {
    await local.stop();
  }
}

const toRow = (few: number, many: number): Row => ({
  '10 to 14 buffered, ms': round(few),
  'about 9,700 buffered, ms': round(many),
  ratio: round(many / few),
});
