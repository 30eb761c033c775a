import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Loaded, LoadingTask } from '../support/loading-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cistern-loading-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIBRARY = JSON.stringify(join(ROOT, 'lib/index.ts'));
const defined = (name: string) =>
  `batch({ name: ${JSON.stringify(name)}, maxSize: 1, maxWaitMs: 1000, handler: () => {} })`;
const IMPORT = `import { batch } from ${LIBRARY};\n`;

let projects = 0;
/** A project with these files; each test has one of its own. */
function project(files: Readonly<Record<string, string>>): string {
  projects += 1;
  const root = join(folder, `project-${projects}`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const SCRIPT = join(ROOT, 'test/support/loading-process.ts');
const EXEC_ARGV = ['--conditions=source', '--import', import.meta.resolve('tsx'), '--no-warnings'];
interface Loader {
  readonly child: ChildProcess;
  /** Rejects when it ends. */
  readonly ended: Promise<never>;
}

function start(): Loader {
  const child = fork(SCRIPT, { execArgv: EXEC_ARGV });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}.`)));
  ended.catch(() => {});
  return { child, ended };
}

/** The process that loads the projects without settings of their own; with settings a module has a process for itself. */
const shared = start();
afterAll(() => shared.child.disconnect());

/** What loading a module comes to, in a process whose working directory is the project's. */
async function load(root: string, module: string, { child, ended } = shared): Promise<Loaded> {
  child.send({ module, cwd: root } satisfies LoadingTask);
  const [loaded] = (await Promise.race([once(child, 'message'), ended])) as [Loaded];
  return loaded;
}

describe('a module of definitions', () => {
  test.each([
    ['batches.ts', 'ts'],
    ['batches.mts', 'mts'],
    ['batches.js', 'js'],
    ['batches.mjs', 'mjs'],
  ])('may be %s, named with its ending or without', async (file, name) => {
    const root = project({
      'package.json': '{"type":"module"}',
      [file]: `${IMPORT}export const a = ${defined(name)};`,
    });
    expect(await load(root, file)).toEqual({ names: [name] });
    expect(await load(root, './batches')).toEqual({ names: [name] });
  });

  test.each(['batches.cjs', 'batches.js'])('may be CommonJS: %s', async file => {
    const root = project({
      [file]: `const { batch } = require(${LIBRARY});\nmodule.exports = { a: ${defined('a')} };`,
    });
    expect(await load(root, file)).toEqual({ names: ['a'] });
  });

  test('may be a folder with an index, and re-export by TypeScript’s spelling of a file', async () => {
    const root = project({
      'batches/index.ts': "export { orders } from './orders.js';",
      'batches/orders.ts': `${IMPORT}export const orders = ${defined('orders')};`,
    });
    expect(await load(root, 'batches')).toEqual({ names: ['orders'] });
    expect(await load(root, 'batches/index.js')).toEqual({ names: ['orders'] });
  });

  test('may use paths, enums and decorators of the tsconfig.json nearest to it, from whichever folder', async () => {
    const root = project({
      'app/tsconfig.json': JSON.stringify({
        compilerOptions: { experimentalDecorators: true, paths: { '@names/*': ['./names/*'] } },
      }),
      'app/names/orders.ts': "export enum Name { Orders = 'orders' }",
      'app/batches.ts': `${IMPORT}import { Name } from '@names/orders';
        const seal = (of: Function) => Object.freeze(of);
        @seal class Named { readonly name = Name.Orders; }
        export const orders = batch({ name: new Named().name, maxSize: 1, maxWaitMs: 1000, handler: () => {} });`,
      'elsewhere/tsconfig.json': '{}',
    });
    const own = start();
    expect(await load(join(root, 'elsewhere'), '../app/batches', own)).toEqual({ names: ['orders'] });
    own.child.disconnect();
  });
});

describe('what keeps definitions from being loaded is said with its file and a code', () => {
  test('a module that is not there', async () => {
    const root = project({ 'other.ts': '' });
    const { code, message } = await load(root, 'batches');
    expect(code).toBe('definition.module_not_found');
    expect(message).toContain('"batches"');
    expect(message).toContain(join(root, 'batches'));
  });

  test('a module that exports none', async () => {
    const root = project({ 'batches/index.ts': 'export const orders = 1;' });
    expect(await load(root, 'batches')).toEqual({
      code: 'definition.none_exported',
      message: expect.stringMatching(/^batches\/index\.ts exports no definition\./),
    });
  });

  test.each([
    ['an import of a file that is not there', "import './missing.js';", 'Cannot find module', undefined],
    ['an import of a package that is not there', "import 'no-such-package';", "'no-such-package'", undefined],
    ['a mistake in its syntax', '\nexport const a = ;', 'Unexpected ";"', 2],
    [
      'an error that it throws',
      "\n\nthrow new TypeError('DATABASE_URL is not set');",
      'TypeError: DATABASE_URL is not set',
      3,
    ],
  ])('%s', async (_, text, reason, line) => {
    for (const type of ['module', 'commonjs']) {
      const root = project({
        'package.json': JSON.stringify({ type }),
        'batches/index.ts': "export * from './orders.js';",
        'batches/orders.ts': text,
      });
      const { code, message } = await load(root, 'batches');
      expect(code).toBe('definition.module_failed');
      expect(message).toContain('The definitions of batches/index.ts could not be loaded.');
      expect(message).toContain(line === undefined ? 'batches/orders.ts' : `batches/orders.ts:${line}:`);
      expect(message).toContain(reason);
    }
  });

  test('wrong options of a batch', async () => {
    const root = project({ 'batches.ts': `${IMPORT}export const a = ${defined('')};` });
    expect(await load(root, 'batches')).toMatchObject({ code: 'definition.invalid' });
  });
});
