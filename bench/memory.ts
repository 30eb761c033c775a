import { MemoryTable } from '../local/table/memory-table.ts';
import { processOn } from './engine.ts';
import { cpuMs, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';
import { addAll, KEY, targetOf, type Way } from './ways.ts';

const WAYS: readonly Way[] = [
  { name: 'singly, one after the other', callers: 1 },
  { name: 'singly, 256 at once', callers: 256 },
  { name: '… over 100 groups', callers: 256, groups: 100 },
  { name: '… with dedup keys', callers: 256, options: { deduplicateBy: KEY } },
  { name: 'in bulks of 100', callers: 1, bulk: 100 },
];
const MAX_SIZE = 10_000;
const ROUNDS = 30;
const WARM_UP = 5;

/**
 * Adds with `persist: false` in one process. What an add takes and what its sending takes later are measured apart: windows
 * are sent when a round of adds has ended. Sending packs the items and hands the message to a queue that keeps nothing.
 */
export async function memory(size: Size): Promise<readonly Table[]> {
  const rows: Record<string, Row> = {};
  const [rounds, maxSize] = size === 'tiny' ? [2, 100] : [ROUNDS, MAX_SIZE];
  for (const way of WAYS) rows[way.name] = await rowOf(way, rounds, maxSize);
  return [{ title: 'persist: false, adds of one process, items of 200 bytes, sent apart', rows }];
}

async function rowOf(way: Way, rounds: number, maxSize: number): Promise<Row> {
  const definition = targetOf(way, { maxSize, persist: false });
  // one fewer than a window has, so that nothing is sent before the round has ended
  const items = maxSize - 1;
  const deployment = processOn(new MemoryTable(), [definition]);
  const spent = { ms: 0, adding: 0, sending: 0, items: 0 };
  for (let n = 0; n < rounds; n++) {
    const before = cpuMs();
    const ms = await timed(() => addAll(way, items, some => deployment.add(definition, some)));
    const added = cpuMs();
    await deployment.settle();
    if (n < Math.min(WARM_UP, rounds - 1)) continue;
    spent.ms += ms;
    spent.adding += added - before;
    spent.sending += cpuMs() - added;
    spent.items += items;
  }
  await deployment.close();
  return {
    'adds a CPU second': Math.round((spent.items / spent.adding) * 1_000),
    'adds a second': Math.round((spent.items / spent.ms) * 1_000),
    'CPU µs an item': round((spent.adding / spent.items) * 1_000),
    'CPU µs of its sending': round((spent.sending / spent.items) * 1_000),
  };
}
