import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const CALLERS = 64;

/** The local stack with its handlers at work: single adds in memory and on disk. */
export async function localEngine(size: Size): Promise<readonly Table[]> {
  const share = size === 'tiny' ? 100 : 1;
  const dataDir = await mkdtemp(join(tmpdir(), 'cistern-bench-'));
  try {
    return [
      {
        title: 'The local stack',
        rows: {
          'in memory': await adds({}, 4_000 / share, 20_000 / share),
          'on disk': await adds({ dataDir }, 400 / share, 8_000 / share),
        },
      },
    ];
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

async function adds(where: { readonly dataDir?: string }, few: number, many: number): Promise<Row> {
  const target = batch<{ n: number }>({
    name: 'target',
    maxSize: 100,
    maxWaitMs: 600_000,
    handler: () => {},
  });
  const local = await startLocal({ batches: [target], port: 0, ...where });
  const add = async (count: number, callers: number): Promise<void> => {
    let next = 0;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (next < count) await target.add({ n: next++ });
      }),
    );
  };
  await add(few / 4, 1);
  const serial = await timed(() => add(few, 1));
  const together = await timed(() => add(many, CALLERS));
  await local.stop();
  const rate = (count: number, ms: number) => Math.round((count * 1_000) / ms);
  return {
    'adds/s one by one': rate(few, serial),
    [`adds/s ${CALLERS} at once`]: rate(many, together),
    ratio: round(rate(many, together) / rate(few, serial)),
  };
}
