import { type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { MemoryTable } from '../local/table/memory-table.ts';
import { processOn } from './engine.ts';
import { cpuMs, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

interface Item {
  readonly n: number;
  readonly group: string;
  readonly text: string;
}

interface Way {
  readonly name: string;
  /** Calls at a time. */
  readonly callers: number;
  /** Items of a call. Default 1: `add`. */
  readonly bulk?: number;
  /** Default 1. */
  readonly groups?: number;
  readonly options?: Partial<BatchOptions<Item>>;
}

const KEY = ({ n }: Item): string => String(n);
const WAYS: readonly Way[] = [
  { name: 'singly, one after the other', callers: 1 },
  { name: 'singly, 256 at once', callers: 256 },
  { name: '… over 100 groups', callers: 256, groups: 100 },
  { name: '… with dedup keys', callers: 256, options: { deduplicateBy: KEY } },
  { name: 'in bulks of 100', callers: 1, bulk: 100 },
];
/** Items of a round: one fewer than a window has, so that nothing is sent before the round has ended. */
const ROUND = 9_999;
const ROUNDS = 30;
const WARM_UP = 5;
const TEXT = 'x'.repeat(150);

/**
 * Adds with `persist: false` in one process. What an add takes and what its sending takes later are measured apart: windows
 * are sent when a round of adds has ended. Sending packs the items and hands the message to a queue that keeps nothing.
 */
export async function memory(size: Size): Promise<readonly Table[]> {
  const rows: Record<string, Row> = {};
  for (const way of WAYS) rows[way.name] = await rowOf(way, size === 'tiny' ? 2 : ROUNDS);
  return [{ title: 'persist: false, adds of one process, items of 200 bytes, sent apart', rows }];
}

async function rowOf(way: Way, rounds: number): Promise<Row> {
  const { options, groups = 1 } = way;
  const definition = batch<Item>({
    name: 'target',
    maxSize: 10_000,
    maxWaitMs: 3_600_000,
    persist: false,
    ...(groups > 1 && { groupBy: item => item.group }),
    handler: () => {},
    ...options,
  }) as unknown as Definition;
  const deployment = processOn(new MemoryTable(), [definition]);
  const spent = { ms: 0, adding: 0, sending: 0, items: 0 };
  let next = 0;
  for (let n = 0; n < rounds; n++) {
    const before = cpuMs();
    const ms = await timed(() =>
      addAll(
        way,
        items => deployment.add(definition, items),
        () => next++,
      ),
    );
    const added = cpuMs();
    await deployment.settle();
    if (n < Math.min(WARM_UP, rounds - 1)) continue;
    spent.ms += ms;
    spent.adding += added - before;
    spent.sending += cpuMs() - added;
    spent.items += ROUND;
  }
  await deployment.close();
  return {
    'adds a CPU second': Math.round((spent.items / spent.adding) * 1_000),
    'adds a second': Math.round((spent.items / spent.ms) * 1_000),
    'CPU µs an item': round((spent.adding / spent.items) * 1_000),
    'CPU µs of its sending': round((spent.sending / spent.items) * 1_000),
  };
}

async function addAll(
  { callers, bulk = 1, groups = 1 }: Way,
  add: (items: readonly Item[]) => Promise<unknown>,
  number: () => number,
): Promise<void> {
  let left = ROUND;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      const count = Math.min(bulk, left);
      left -= count;
      await add(
        Array.from({ length: count }, () => {
          const n = number();
          return { n, group: String(n % groups), text: TEXT };
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}
