import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as ERROR_CODES from '#lib/error-codes';
import { CLI_CODES } from '../../cli/errors/errors.ts';

const page = readFileSync('docs/errors.md', 'utf8');
/** Codes that begin a row of a table. */
const onThePage = [...page.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, code = '']) => code);

/** Codes that stand in the sources of a part, and in no list of it. */
function codesIn(folder: string, prefix: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  const text = files.map(file => readFileSync(`${folder}/${file}`, 'utf8')).join('\n');
  return [...text.matchAll(new RegExp(`'(${prefix}\\.[a-z_]+)'`, 'g'))].map(([, code = '']) => code);
}

test('the page of errors has a row for each code, and for no other', () => {
  const codes = new Set([
    ...Object.values(ERROR_CODES),
    ...Object.values(CLI_CODES),
    ...codesIn('cli', 'cli'),
    ...codesIn('local', 'local'),
    ...codesIn('dashboard', 'dashboard'),
  ]);
  expect([...onThePage].sort()).toEqual([...codes].sort());
});
