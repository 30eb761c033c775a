import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { MemoryTable } from '../local/table/memory-table.ts';
import { processOn } from './engine.ts';
import { round, timed } from './measure.ts';
import { type Adder, bullMq, type Load, oqronKit, pgBoss } from './others.ts';
import type { Row, Size, Table } from './report.ts';

const FOLDER = resolve('bench/beside');
const ROUNDS = 3;
const SINGLE = 1_000;
const BULK = 500;
const BULKED = 2_500;
const TEXT = 'x'.repeat(150);

/**
 * Adds of one process, beside others where they are installed (`npm ci --prefix bench/beside`) and their servers answer.
 * Their servers are processes of their own, and keep what they are told to; Cistern's table is in this process. So the
 * figures say what a client costs, and how each way of adding compares with the same system's others.
 */
export async function beside(size: Size): Promise<readonly Table[]> {
  const share = size === 'tiny' ? 100 : 1;
  const notes: string[] = [];
  const adders: Record<string, Adder> = { 'Cistern, table in memory': cistern() };
  const found = async (name: string, look: () => Promise<Adder | string>): Promise<void> => {
    const adder = size === 'tiny' ? 'a tiny run has none' : await look();
    if (typeof adder === 'string') notes.push(`${name} is left out: ${adder}.`);
    else adders[`${name} ${adder.version}`] = adder;
  };
  const { REDIS_URL: redis, DATABASE_URL: database, OQRONKIT: checkout } = process.env;
  await found(
    'BullMQ',
    async () => (await missing('bullmq', 'REDIS_URL', redis)) ?? bullMq(load, redis ?? ''),
  );
  await found(
    'pg-boss',
    async () => (await missing('pg-boss', 'DATABASE_URL', database)) ?? pgBoss(load, database ?? ''),
  );
  await found('OqronKit', async () => {
    if (checkout === undefined) return 'OQRONKIT does not name a checkout’s packages/oqronkit';
    return oqronKit(await import(pathToFileURL(join(checkout, 'src/index.ts')).href));
  });

  const spent = Object.entries(adders).map(([name, adder]) => ({ name, adder, ms: [0, 0, 0] as Spent }));
  const item = (n: number) => ({ n, text: TEXT });
  const [singles, bulked] = [SINGLE / share, BULKED / share];
  // the first round warms up
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { adder, ms } of spent) {
      const ways = [
        async () => {
          for (let n = 0; n < singles; n++) await adder.add(item(n));
        },
        () => Promise.all(Array.from({ length: singles }, (_, n) => adder.add(item(n)))),
        async () => {
          for (let at = 0; at < bulked; at += BULK)
            await adder.addBulk(Array.from({ length: BULK }, (_, n) => item(at + n)));
        },
      ];
      for (const [at, way] of ways.entries()) {
        const took = await timed(way);
        if (round > 0) ms[at] = (ms[at] ?? 0) + took;
      }
    }
  }
  const rows: Record<string, Row> = {};
  for (const { name, adder, ms } of spent) {
    const rate = (at: 0 | 1 | 2) => ((at === 2 ? Math.max(BULK, bulked) : singles) * ROUNDS * 1_000) / ms[at];
    rows[name] = {
      'adds/s one by one': Math.round(rate(0)),
      'adds/s 1,000 at once': Math.round(rate(1)),
      [`items/s in bulks of ${BULK}`]: Math.round(rate(2)),
      'at once, of one by one': round(rate(1) / rate(0)),
      'in bulk, of one by one': round(rate(2) / rate(0)),
    };
    await adder.stop();
  }
  return [{ title: 'Adds of one process, beside others', rows, notes }];
}

type Spent = [serial: number, together: number, bulk: number];

function cistern(): Adder {
  const definition = batch<object>({
    name: 'beside',
    maxSize: 1_000,
    maxWaitMs: 3_600_000,
    handler: () => {},
  }) as unknown as Definition;
  const deployment = processOn(new MemoryTable(), [definition]);
  return {
    version: '',
    add: item => deployment.add(definition, [item]),
    addBulk: items => deployment.add(definition, items),
    stop: () => deployment.close(),
  };
}

/** Loads an optional package of bench/beside, with its version. */
const load: Load = name => {
  const version = JSON.parse(
    readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8'),
  ).version;
  return { module: createRequire(join(FOLDER, 'package.json'))(name), version };
};

/** Says why a system is left out; undefined where it is there. */
async function missing(name: string, variable: string, url: string | undefined): Promise<string | undefined> {
  if (!existsSync(join(FOLDER, 'node_modules', name))) return 'npm ci --prefix bench/beside has not been run';
  if (url === undefined) return `${variable} names no server`;
  const { hostname, port } = new URL(url);
  const isThere = await new Promise<boolean>(done => {
    const socket = connect(Number(port), hostname);
    const end = (answer: boolean) => () => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).setTimeout(1_000, end(false));
  });
  return isThere ? undefined : `nothing answers at ${hostname}:${port}`;
}
