import { batch } from 'cistern';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { MemoryTable } from '../local/table/memory-table.ts';
import { processOn } from './engine.ts';
import { quantile, round, timed } from './measure.ts';
import type { Row, Size, Table } from './report.ts';

const TEXT = 'x'.repeat(150);
const ROUNDS = 15;

/** Reading the items of a window, which were added singly or in bulk, beside the engine's plain query of its records. */
export async function reads(size: Size): Promise<readonly Table[]> {
  const rows: Record<string, Row> = {};
  for (const count of size === 'tiny' ? [10] : [10, 1_000, 10_000]) {
    for (const way of ['singly', 'in bulk'] as const) {
      const table = new MemoryTable();
      const definition = batch<object>({
        name: 'read',
        maxSize: 10_000,
        maxWaitMs: 3_600_000,
        handler: () => {},
      }) as unknown as Definition;
      const deployment = processOn(table, [definition]);
      const items = Array.from({ length: count }, (_, n) => ({ n, text: TEXT }));
      let job = '';
      if (way === 'in bulk') job = (await deployment.add(definition, items))[0]?.job ?? '';
      else for (const item of items) job = (await deployment.add(definition, [item]))[0]?.job ?? '';
      const times = { read: [] as number[], query: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        times.query.push(await timed(() => table.range(`job|${job}`, 'slot|', 'slot|~')));
        times.read.push(await timed(() => readWindow(deployment.services, job, count)));
      }
      const [read, query] = [quantile(times.read, 0.5), quantile(times.query, 0.5)];
      rows[`${count.toLocaleString('en-US')} items, added ${way}`] = {
        'p50 ms': round(read),
        'µs an item': round((read * 1_000) / count),
        'the query alone, ms': round(query),
        'of the query': round(read / query),
      };
      await deployment.close();
    }
  }
  return [{ title: 'Reading a window', rows }];
}
