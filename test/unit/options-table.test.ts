import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch, DefinitionError } from 'cistern';

const PAGE = readFileSync('docs/options.md', 'utf8');
/** A test as the page names it: `file`: "title", with the title as the file has it. */
const PROOF = /`(test\/[\w./-]+\.test\.ts)`(?:: "((?:[^"\\]|\\.)*)")?/g;

/** The options that a refusal names: those of batch(), or of a group of them. */
function keysNamed(change: object): string[] {
  try {
    batch({ name: 'n', maxSize: 1, maxWaitMs: 1, handler: () => {}, ...change } as BatchOptions<unknown>);
  } catch (error) {
    if (error instanceof DefinitionError) {
      const [, list = ''] = /(?:the options are |must be \{ )([\w, ]+)/.exec(error.message) ?? [];
      return list.trim().split(', ');
    }
  }
  throw new Error(`${JSON.stringify(change)} was not refused.`);
}

const GROUPS = ['retries', 'deadLetter', 'hooks', 'throttle', 'retention'];
const OPTIONS = [
  ...keysNamed({ noSuchOption: 1 }).filter(option => !GROUPS.includes(option)),
  ...GROUPS.flatMap(group => keysNamed({ [group]: 5 }).map(key => `${group}.${key}`)),
  'deduplicateBy.key',
  'deduplicateBy.ttlMs',
  'deduplicateBy.at',
  'deduplicateBy.keep',
];

const rows = PAGE.slice(0, PAGE.indexOf('## What a handler gets'))
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim()));

describe('the table of options', () => {
  test('names every option there is, and no other', () => {
    const named = rows.flatMap(([, option = '']) =>
      [...option.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
    );
    expect(named.sort()).toEqual(OPTIONS.sort());
  });

  test('has a default, a meaning and a proof for each', () => {
    for (const [, option, byDefault, meaning, , proof] of rows) {
      expect([option, byDefault === '', meaning === '', /^`test\//.test(proof ?? '')]).toEqual([
        option,
        false,
        false,
        true,
      ]);
    }
  });

  test('names tests that exist, by titles that their files have', () => {
    const proofs = [...PAGE.matchAll(PROOF)];
    expect(proofs.length).toBeGreaterThan(50);
    const missing = proofs.filter(([, file = '', title]) => {
      if (!existsSync(file)) return true;
      return title !== undefined && !readFileSync(file, 'utf8').includes(title.replaceAll('\\"', '"'));
    });
    expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
  });
});
