import type { Deployment } from '#lib/deployment/deployment';
import { MemoryTable } from '../local/table/memory-table.ts';
import { processOn, recordedTable } from './engine.ts';
import { cpuMs, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';
import { addAll, KEY, TEXT, targetOf, type Way } from './ways.ts';

interface CountedWay extends Way {
  /** Items of a round. */
  readonly items: number;
}

const ITEMS = 3_000;

const WAYS: readonly CountedWay[] = [
  { name: 'singly, one after the other', callers: 1, items: ITEMS },
  { name: 'singly, 32 at once', callers: 32, items: ITEMS },
  { name: 'singly, 256 at once', callers: 256, items: ITEMS },
  { name: '… over 100 groups', callers: 256, groups: 100, items: ITEMS },
  { name: '… over 10,000 groups', callers: 256, groups: 10_000, items: ITEMS },
  { name: '… with dedup keys', callers: 256, items: ITEMS, options: { deduplicateBy: KEY } },
  {
    name: '… with dedup keys with a ttl',
    callers: 256,
    items: ITEMS,
    options: { deduplicateBy: { key: KEY, ttlMs: 3_600_000 } },
  },
  {
    name: '… with keys decided at the flush',
    callers: 256,
    items: ITEMS,
    options: { deduplicateBy: { key: KEY, at: 'flush', keep: 'first' } },
  },
  { name: '… with lingerMs of 5', callers: 256, items: ITEMS, options: { lingerMs: 5 } },
  { name: 'in bulks of 25', callers: 1, bulk: 25, items: ITEMS },
  { name: 'in bulks of 100', callers: 1, bulk: 100, items: ITEMS },
  { name: 'in bulks of 500', callers: 1, bulk: 500, items: 10_000 },
  { name: 'in bulks of 5,000', callers: 1, bulk: 5_000, items: 20_000 },
];
const ROUNDS = 4;

/**
 * Adds by one process, each way in turns. The engine is the table in memory. The raw engine does the least that an item
 * needs: a counter and a record.
 */
export async function adds(size: Size): Promise<readonly Table[]> {
  const share = size === 'tiny' ? 100 : 1;
  const ways = WAYS.map(way => ({ ...way, ...prepare(way), spent: { ms: 0, cpu: 0, engine: 0, items: 0 } }));
  const raw = { ms: 0, cpu: 0, items: 0 };
  // the first round warms up
  for (let round = 0; round <= (size === 'tiny' ? 1 : ROUNDS); round++) {
    const items = Math.ceil(ITEMS / share);
    const least = await cost(() => leastOf(items));
    if (round > 0) {
      raw.ms += least.ms;
      raw.cpu += least.cpu;
      raw.items += items;
    }
    for (const way of ways) {
      const count = Math.ceil(way.items / share);
      const taken = await cost(() => way.add(count));
      const engine = await way.replay();
      if (round === 0) continue;
      way.spent.ms += taken.ms;
      way.spent.cpu += taken.cpu;
      way.spent.engine += engine;
      way.spent.items += count;
    }
  }
  const rawCpu = (raw.cpu * 1_000) / raw.items;
  const rows: Record<string, Row> = {
    'the raw engine: a counter and a record': {
      'items/s': Math.round((raw.items / raw.ms) * 1_000),
      'times the raw engine': 1,
      'CPU µs an item': round(rawCpu),
      'of it the engine': round(rawCpu),
      'our own': 0,
    },
  };
  for (const { name, spent, deployment } of ways) {
    const [cpu, engine] = [(spent.cpu * 1_000) / spent.items, (spent.engine * 1_000) / spent.items];
    rows[name] = {
      'items/s': Math.round((spent.items / spent.ms) * 1_000),
      'times the raw engine': round(cpu / rawCpu),
      'CPU µs an item': round(cpu),
      'of it the engine': round(engine),
      'our own': round(cpu - engine),
    };
    await deployment.close();
  }
  return [{ title: 'Adds of one process, items of 200 bytes, windows of 1,000', rows }];
}

interface Prepared {
  readonly deployment: Deployment;
  readonly add: (items: number) => Promise<void>;
  readonly replay: () => Promise<number>;
}

function prepare(way: Way): Prepared {
  const definition = targetOf(way, { maxSize: 1_000 });
  const { table, replay } = recordedTable();
  const deployment = processOn(table, [definition]);
  const add = async (count: number): Promise<void> => {
    await addAll(way, count, items => deployment.add(definition, items));
    await deployment.settle();
  };
  return { deployment, add, replay };
}

async function leastOf(items: number): Promise<void> {
  const table = new MemoryTable();
  for (let n = 0; n < items; n++) {
    const text = JSON.stringify({ n, group: '0', text: TEXT });
    await table.update(
      { pk: 'counter', sk: 'counter' },
      { update: 'ADD #next :n', creates: true, values: { n: 1 } },
    );
    await table.putNew({ pk: 'items', sk: String(n), text });
  }
}

async function cost(work: () => Promise<unknown>): Promise<{ ms: number; cpu: number }> {
  const before = cpuMs();
  const ms = await timed(work);
  return { ms, cpu: cpuMs() - before };
}
