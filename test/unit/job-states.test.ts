import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { JOB_STATUSES } from 'cistern';
import { JOB_MOVES, type JobMove } from '#lib/store/job-moves';

const LOCKS = { ours: 'its own', free: 'free, or lapsed', any: 'any' };
const moves: [string, JobMove][] = Object.entries(JOB_MOVES);

/** Who makes a move, and when, by the comment of each move in the code. */
function notes(): ReadonlyMap<string, readonly [by: string, when: string]> {
  const code = readFileSync('lib/store/job-moves.ts', 'utf8').replaceAll(/\s*\n\s*(\* (?!\/))?/g, ' ');
  const found = code.matchAll(/\/\*\* *By: ([^/]*)\. When: ([^/]*)\. \*\/ (\w+): \{/g);
  return new Map(Array.from(found, ([, by = '', when = '', name = '']) => [name, [by, when]]));
}

/** A move as a row of the page. */
function rowOf([name, { from, to, lock, onDead, writes }]: [string, JobMove]): string {
  const [by, when] = notes().get(name) ?? [];
  const states = (of: readonly string[]) =>
    of.length === 0 ? 'none' : of.map(state => `\`${state}\``).join(', ');
  const owed = onDead === undefined ? '' : `; onDead ${onDead}`;
  const written = [...new Set(writes)].map(field => `\`${field}\``).join(', ');
  return `| \`${name}\` | ${by} | ${when} | ${states(from)} | ${LOCKS[lock]}${owed} | ${states(to)} | ${written} |`;
}

describe('the states of a job', () => {
  test('are on their page as they are in the code', () => {
    const rows = readFileSync('docs/job-states.md', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('| `') && line.split('|').length > 7);
    expect(rows).toEqual(moves.map(rowOf));
  });

  test('can each be reached, and each that is no end can be left', () => {
    const reached = new Set(moves.flatMap(([, { to }]) => to));
    expect([...reached].sort()).toEqual([...JOB_STATUSES].sort());
    for (const state of JOB_STATUSES) {
      const leads = moves.filter(
        ([, { from, to }]) => from.includes(state) && to.some(next => next !== state),
      );
      const isLast = state === 'completed';
      expect([state, leads.length > 0 || isLast]).toEqual([state, true]);
    }
  });

  test('end in a completed job for good: no move leads out of it', () => {
    const leads = moves.filter(
      ([, { from, to }]) => from.includes('completed') && to.some(next => next !== 'completed'),
    );
    expect(leads.map(([name]) => name)).toEqual(['beginPurge', 'purge']);
  });
});
