import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batch } from 'cistern';
import { startLocal } from 'cistern/local';
import { quantile, round, timed } from './measure.ts';

const CALLERS = 64;
const GROUPS = 500;
const WAIT_MS = 3_000;

/** The local stack by itself: single adds in memory and on disk, and 500 groups that are due together. */
export async function localEngine(): Promise<Record<string, number | string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cistern-bench-'));
  try {
    const memory = await adds({}, 5_000, 40_000);
    const disk = await adds({ dataDir }, 400, 8_000);
    const { late, cpuMs } = await together();
    return {
      'adds/s in memory, serial': memory.serial,
      [`adds/s in memory, ${CALLERS} callers`]: memory.many,
      'adds/s on disk, serial': disk.serial,
      [`adds/s on disk, ${CALLERS} callers`]: disk.many,
      [`adds per second of a processor in memory, ${CALLERS} callers`]: memory.perCpuSecond,
      [`${GROUPS} groups due together, p50 ms late`]: round(quantile(late, 0.5)),
      [`${GROUPS} groups due together, last ms late`]: round(quantile(late, 1)),
      [`${GROUPS} groups due together, processor ms for all`]: round(cpuMs),
    };
  } finally {
    await rm(dataDir, { recursive: true });
  }
}

async function adds(where: { readonly dataDir?: string }, few: number, many: number) {
  const target = batch<{ n: number }>({
    name: 'target',
    maxSize: 100,
    maxWaitMs: 600_000,
    handler: () => {},
  });
  const local = await startLocal({ batches: [target], port: 0, ...where });
  const add = async (count: number, callers: number) => {
    let next = 0;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (next < count) await target.add({ n: next++ });
      }),
    );
  };
  await add(few / 4, 1);
  const serial = await timed(() => add(few, 1));
  const cpu = process.cpuUsage();
  const together = await timed(() => add(many, CALLERS));
  const { user, system } = process.cpuUsage(cpu);
  await local.stop();
  const rate = (count: number, ms: number) => Math.round((count * 1_000) / ms);
  return {
    serial: rate(few, serial),
    many: rate(many, together),
    perCpuSecond: rate(many, (user + system) / 1_000),
  };
}

/** How late the handlers of windows begin that are all due at once. */
async function together(): Promise<{ readonly late: readonly number[]; readonly cpuMs: number }> {
  const late: number[] = [];
  const windows = batch<{ group: string }>({
    name: 'windows',
    maxSize: 100,
    maxWaitMs: WAIT_MS,
    groupBy: ({ group }) => group,
    handler: ({ createdAt }) => {
      late.push(Date.now() - createdAt.getTime() - WAIT_MS);
    },
  });
  const local = await startLocal({ batches: [windows], port: 0 });
  await windows.addBulk(Array.from({ length: GROUPS }, (_, n) => ({ group: String(n) })));
  const cpu = process.cpuUsage();
  await local.idle({ timeoutMs: 30_000 });
  const { user, system } = process.cpuUsage(cpu);
  await local.stop();
  return { late, cpuMs: (user + system) / 1_000 };
}
