import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { METRICS } from '#lib/telemetry/metrics';

test('docs/operations.md has every metric, with its unit and its meaning', () => {
  const rows = Object.entries(METRICS).map(
    ([name, { unit, meaning }]) => `| \`${name}\` | ${unit} | ${meaning} |`,
  );
  expect(readFileSync('docs/operations.md', 'utf8')).toContain(rows.join('\n'));
});
