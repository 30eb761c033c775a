import { type BatchOptions, batch } from 'cistern';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { createClients } from '#lib/store/create-clients';
import { topology } from '#lib/topology';
import { MEASURED } from '../../bench/cost/usage.ts';
import { createTable } from '../../local/engine/provision.ts';
import { MemoryQueues } from '../support/memory-queues.ts';
import { testClock } from '../support/test-clock.ts';
import { meter, type Spent } from './meter.ts';

/** What something cost, and what it may: docs/decisions and docs/cost.md promise it. */
export interface Figure {
  readonly name: string;
  readonly spent: Spent;
  /** Write units, of each item where there are many, or of the window apart from its adds. */
  readonly units: number;
  readonly atMost: number;
}

type Click = ReturnType<typeof click>;

/** A realistic item of about 200 bytes. */
const click = (i: number) => ({
  id: `c-${(i * 2_654_435_761) % 4_294_967_296}`,
  at: new Date(1_780_000_000_000 + i * 977).toISOString(),
  user: `user-${(i * 7_919) % 5_000}`,
  page: `/products/${(i * 31) % 400}/details`,
  referrer: i % 3 === 0 ? 'https://www.example.com/search' : null,
  agent: ['Firefox', 'Chrome', 'Safari'][i % 3],
  ms: (i * 37) % 900,
});

const define = (name: string, change: Partial<BatchOptions<Click>> = {}): Definition =>
  batch<Click>({
    name,
    maxSize: 1_000,
    maxWaitMs: 60_000,
    handler: () => {},
    ...change,
  }) as unknown as Definition;

const ADD_UNITS = MEASURED.add.writes;
const TTL_MS = 3_600_000;
/** What is under way in the background may take so long. */
const SETTLES_MS = 60_000;

/** What the store costs, in units, counted on an engine that reports them. */
export async function measureWriteUnits(url: string): Promise<Figure[]> {
  const { table } = topology('units', []);
  const clients = createClients({ endpoints: { dynamodb: url, sqs: url } });
  await createTable(table, clients);
  const spent = meter(clients);
  const [queues, clock] = [new MemoryQueues(), testClock()];
  const deployment = new Deployment(
    { deployment: 'units', queueUrlBase: `${url}/` },
    { clients, services: { queues, clock } },
  );
  const figures: Figure[] = [];
  const add = (definition: Definition, ...items: number[]) => deployment.add(definition, items.map(click));
  // an add returns before the job of a window that it has filled is stored and sent
  const settle = async () => {
    if (!(await deployment.services.background.settled(SETTLES_MS))) throw new Error('Work goes on and on.');
  };
  const measure = async (
    name: string,
    atMost: number,
    act: () => Promise<unknown>,
    toUnits = (writes: number) => writes,
  ) => {
    await settle();
    spent();
    await act();
    await settle();
    const so = spent();
    figures.push({ name, spent: so, units: toUnits(so.writes), atMost });
  };

  const plain = define('plain');
  await add(plain, 0);
  await measure('add', ADD_UNITS, () => add(plain, 1));

  const keyed = define('keyed', { deduplicateBy: item => item.id });
  await add(keyed, 0);
  await measure('add with a dedup key', MEASURED.addWithKey.writes, () => add(keyed, 1));
  await measure('duplicate', MEASURED.duplicate.writes, () => add(keyed, 1));

  const remembering = define('remembering', {
    maxSize: 3,
    maxWaitMs: 4 * TTL_MS,
    deduplicateBy: { key: item => item.id, ttlMs: TTL_MS },
  });
  await add(remembering, 0);
  await measure('add with a dedup key with a ttl', MEASURED.addWithKey.writes, () => add(remembering, 1));
  await measure('duplicate in its window', 0, () => add(remembering, 1));
  await add(remembering, 2);
  await add(remembering, 3);
  await measure('duplicate of an item whose window has flushed', 0, () => add(remembering, 1));
  clock.advance(TTL_MS + 1);
  await measure('add with a key whose time is up', 4, () => add(remembering, 1));

  const bulk = define('bulk', { maxSize: 10_000 });
  await add(bulk, 0);
  const many = Array.from({ length: 500 }, (_, i) => i + 10);
  await measure(
    'bulk of 500 × 200 B, an item',
    0.05,
    () => add(bulk, ...many),
    writes => writes / many.length,
  );
  const hundred = many.slice(0, 100);
  await measure(
    'bulk of 100 × 200 B, an item',
    MEASURED.bulkOf100.writes,
    () => add(bulk, ...hundred),
    writes => writes / hundred.length,
  );
  const keyedBulk = define('keyed-bulk', { maxSize: 10_000, deduplicateBy: item => item.id });
  await add(keyedBulk, 0);
  await measure(
    'bulk of 100 × 200 B with dedup keys, an item',
    MEASURED.bulkOf100WithKeys.writes,
    () => add(keyedBulk, ...hundred),
    writes => writes / hundred.length,
  );

  const atFlush = define('at-flush', {
    maxSize: 10_000,
    deduplicateBy: { key: item => item.id, at: 'flush', keep: 'last' },
  });
  await add(atFlush, 0);
  await measure('add whose duplicates are decided at the flush', ADD_UNITS, () => add(atFlush, 1));
  await measure(
    'bulk of 500 × 200 B whose duplicates are decided at the flush, an item',
    0.05,
    () => add(atFlush, ...many),
    writes => writes / many.length,
  );

  /** From a window's first add to its job's end, apart from what the adds cost by themselves. */
  const life = async (
    name: string,
    atMost: number,
    change: Partial<BatchOptions<Click>>,
    items = 5,
    addUnits: number = ADD_UNITS,
  ) => {
    const definition = define(`window-${figures.length}`, { maxSize: 5, ...change });
    queues.jobs.length = 0;
    queues.timers.length = 0;
    await measure(
      name,
      atMost,
      async () => {
        for (let i = 0; i < items; i++) await add(definition, i);
        await settle();
        if (items < definition.maxSize) {
          clock.advance(definition.maxWaitMs);
          for (const { message } of queues.timers) await fireTimer(deployment.services, message);
          await settle();
        }
        for (let held = queues.jobs.shift(); held; held = queues.jobs.shift()) {
          const delivery = { message: held.message, receiptHandle: 'r' };
          while ((await runJob(deployment.services, definition, delivery)) === 'again') clock.advance(60_000);
        }
      },
      // the batch is written down once, with its first item
      writes => writes - items * addUnits - 1,
    );
  };
  await life('a full window, apart from its adds', MEASURED.window.writes, {});
  const busy = define('busy', { maxSize: 5 });
  await add(busy, 0);
  await measure(
    'a full window of a buffer that is never empty, apart from its adds',
    MEASURED.busyWindow.writes,
    async () => {
      // one is left open when the window of the others is sealed
      await add(busy, 1, 2, 3, 4, 5);
      await settle();
      for (let held = queues.jobs.shift(); held; held = queues.jobs.shift()) {
        await runJob(deployment.services, busy, { message: held.message, receiptHandle: 'r' });
      }
    },
    // a reservation, and a chunk in each of its two windows
    writes => writes - 3,
  );
  await life('a window that is due, apart from its adds', MEASURED.window.writes, {}, 3);
  await life(
    'a window with dedup keys with a ttl, apart from its adds',
    MEASURED.window.writes,
    { deduplicateBy: { key: item => item.id, ttlMs: TTL_MS } },
    5,
    3,
  );
  let failures = 1;
  await life('… with an attempt that fails', MEASURED.window.writes + MEASURED.failedAttempt.writes, {
    retries: { max: 1 },
    handler: () => {
      if (failures-- > 0) throw new Error('once more');
    },
  });
  await life('… with a throttle', MEASURED.window.writes + 1, { throttle: { max: 5, duration: 1_000 } });
  await life('… with a bounded concurrency', MEASURED.window.writes + 2, { concurrency: 2 });
  await deployment.close();
  return figures;
}
