import type { ProjectFacts } from './project-facts.ts';

/**
 * Rewrites the first test, which is one of node:test, for the test runner of a project. Jest and Vitest take every file
 * of that name, and fail on a test of another runner. Jest does not find `index.ts` as `index.js` by itself, so in a
 * project of CommonJS the import has no ending.
 */
export function forRunner(
  test: string,
  { runner, isModule }: Pick<ProjectFacts, 'runner' | 'isModule'>,
): string {
  if (runner === 'node') return test;
  const rewritten = test
    .replace("import assert from 'node:assert/strict';\n", '')
    .replace(
      "import { test } from 'node:test';\n",
      runner === 'vitest' ? "import { expect, test } from 'vitest';\n" : '',
    )
    .replaceAll(/assert\.(?:equal|deepEqual)\((.+?), (.+)\);/g, 'expect($1).toEqual($2);');
  return runner === 'jest' && !isModule
    ? rewritten.replace("'../batches/index.js'", "'../batches'")
    : rewritten;
}

/** Returns the command that runs the first test. */
export function testCommand({ runner, isModule }: Pick<ProjectFacts, 'runner' | 'isModule'>): string {
  const file = 'test/orders.test.ts';
  if (runner === 'vitest') return `npx vitest run ${file}`;
  if (runner === 'node') return `node --import tsx --test ${file}`;
  return `${isModule ? 'NODE_OPTIONS=--experimental-vm-modules ' : ''}npx jest ${file}`;
}
