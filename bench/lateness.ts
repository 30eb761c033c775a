import { setTimeout as pause } from 'node:timers/promises';
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { cpuMs, quantile, round } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const APART_MS = 40;
const LOAD_CALLERS = 8;
const GIVEN_UP_MS = 60_000;

interface Item {
  readonly group: string;
  /** When its add was called. */
  readonly at: number;
}

/** From a window's deadline, or from the add that fills it, to its handler's start, on the local stack. */
export async function lateness(size: Size): Promise<readonly Table[]> {
  const isTiny = size === 'tiny';
  const [windows, waitMs] = isTiny ? [3, 100] : [50, 1_500];
  const rows: Record<string, Row> = {};
  for (const isLoaded of [false, true]) {
    const name = isLoaded ? 'under load' : 'idle';
    rows[`by deadline, ${name}`] = await measure({ windows, waitMs, isLoaded, fills: false });
    rows[`by size, ${name}`] = await measure({ windows, waitMs: 600_000, isLoaded, fills: true });
  }
  for (const groups of isTiny ? [10] : [500, 5_000]) {
    const name = `${groups.toLocaleString('en-US')} groups due together`;
    rows[name] = await measure({ windows: groups, waitMs: isTiny ? 100 : 5_000, isTogether: true });
  }
  return [
    {
      title: 'Lateness on the local stack, in ms',
      rows,
      notes: [
        `Windows are opened ${APART_MS} ms apart, or by one bulk. Load: ${LOAD_CALLERS} callers add to another batch all the time.`,
      ],
    },
  ];
}

interface Situation {
  readonly windows: number;
  readonly waitMs: number;
  readonly isLoaded?: boolean;
  /** Whether a second item fills each window. */
  readonly fills?: boolean;
  readonly isTogether?: boolean;
}

async function measure({ windows, waitMs, isLoaded, fills, isTogether }: Situation): Promise<Row> {
  const late: number[] = [];
  const measured = batch<Item>({
    name: 'measured',
    maxSize: fills ? 2 : 100,
    maxWaitMs: waitMs,
    groupBy: ({ group }) => group,
    handler: ({ createdAt, batch: items }) => {
      const wanted = fills ? Math.max(...items.map(({ at }) => at)) : createdAt.getTime() + waitMs;
      late.push(Date.now() - wanted);
    },
  });
  const other = batch<{ n: number }>({ name: 'other', maxSize: 100, maxWaitMs: 1_000, handler: () => {} });
  const local = await startLocal({ batches: [measured, other], port: 0 });
  try {
    let isOver = false;
    const load = Promise.all(
      Array.from({ length: isLoaded ? LOAD_CALLERS : 0 }, async () => {
        while (!isOver) await other.add({ n: 1 });
      }),
    );
    const cpu = cpuMs();
    const item = (n: number): Item => ({ group: String(n), at: Date.now() });
    if (isTogether) await measured.addBulk(Array.from({ length: windows }, (_, n) => item(n)));
    else {
      for (let n = 0; n < windows; n++) {
        await measured.add(item(n));
        if (fills) await measured.add(item(n));
        await pause(APART_MS);
      }
    }
    const until = Date.now() + GIVEN_UP_MS;
    while (late.length < windows && Date.now() < until) await pause(5);
    isOver = true;
    await load;
    if (late.length < windows) throw new Error(`Only ${late.length} of ${windows} windows came.`);
    return {
      windows,
      p50: round(quantile(late, 0.5)),
      p99: round(quantile(late, 0.99)),
      max: round(quantile(late, 1)),
      'CPU ms a window': isLoaded ? '–' : round((cpuMs() - cpu) / windows),
    };
  } finally {
    await local.stop({ timeoutMs: 30_000 });
  }
}
