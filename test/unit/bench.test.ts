import { expect, test } from '@jest/globals';
import { BENCHES, type BenchName } from '../../bench/benches.ts';
import { print } from '../../bench/report.ts';

// bench-capacity.test.ts has `capacity`, which replaces functions of Node
const NAMES = (Object.keys(BENCHES) as BenchName[]).filter(name => name !== 'capacity');

test.each(NAMES)('the bench %s runs', async name => {
  const tables = await (await BENCHES[name]())('tiny');
  for (const { title, rows } of tables) {
    expect(title).not.toBe('');
    expect(Object.keys(rows)).not.toHaveLength(0);
    const figures = Object.values(rows).flatMap(row => Object.values(row));
    expect(figures.filter(figure => Number.isNaN(figure))).toEqual([]);
  }
});

test('a table is written with its rows, columns and notes', () => {
  const lines: string[] = [];
  print(
    [
      {
        title: 'Adds',
        rows: { singly: { 'items/s': 1_234.5678, limit: 'none' }, bulk: {} },
        notes: ['A note.'],
      },
    ],
    line => lines.push(line),
  );
  expect(lines).toEqual([
    '\nAdds',
    '          items/s  limit',
    'singly  1,234.568  none',
    'bulk            –  –',
    '  A note.',
  ]);
});
