import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Processes } from './processes.ts';

export const SPECIFIERS = { extensionless: '', '.js': '.js', '.ts': '.ts' } as const;
export const MODULES = { 'ES modules': 'module', CommonJS: 'commonjs' } as const;

/** A kind of project. */
export interface Cell {
  readonly node: string;
  readonly modules: keyof typeof MODULES;
  readonly specifiers: keyof typeof SPECIFIERS;
}

const tsconfig = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    experimentalDecorators: true,
    paths: { '@names/*': ['./names/*'] },
  },
};

/** The files of a project: an enum, a decorator, a path of tsconfig.json, and a handler that is imported late. */
function filesOf(ending: string, type: string): Readonly<Record<string, string>> {
  const here = type === 'module' ? 'import.meta.dirname' : '__dirname';
  return {
    'package.json': JSON.stringify({ type }),
    'tsconfig.json': JSON.stringify(tsconfig),
    'names/orders.ts': "export const name: string = 'orders';",
    'batches/index.ts': `export { orders } from './orders${ending}';`,
    'batches/orders.ts': `import { batch } from 'cistern';
      import { name } from '@names/orders';
      enum Size { Pair = 2 }
      const sealed = (of: Function) => { Object.freeze(of); };
      @sealed class Limits { constructor(readonly maxSize: number = Size.Pair) {} }
      export const orders = batch<{ n: number }>({
        name, ...new Limits(), maxWaitMs: 60_000, handler: () => import('./handle${ending}'),
      });`,
    'batches/handle.ts': `import type { BatchContext } from 'cistern';
      export default ({ batch }: BatchContext<{ n: number }>) => { console.log('handled ' + batch.map(({ n }) => n).join()); };`,
    'app.ts': `import { App, Stack } from 'aws-cdk-lib';
      import { Cistern } from 'cistern/cdk';
      import { join } from 'node:path';
      const app = new App({ outdir: 'cdk.out' });
      new Cistern(new Stack(app, 'Shop'), 'Cistern', { deployment: 'shop', definitions: join(${here}, 'batches') });
      app.synth();`,
    'test/orders.test.ts': `${type === 'module' ? "import { test } from 'node:test';" : ''}
      import { strictEqual } from 'node:assert';
      import { startLocal } from 'cistern/local';
      import { orders } from '../batches/index${ending}';
      test('a full batch is handled', async () => {
        const local = await startLocal({ batches: [orders], port: 0 });
        const [receipt] = await orders.addBulk([{ n: 1 }, { n: 2 }]);
        strictEqual((await orders.waitFor(receipt!)).status, 'completed');
        await local.stop();
      });`,
    // Jest knows no .js of TypeScript's: docs/typescript.md
    'jest.config.js': `module.exports = {
      transform: { '\\\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } } }] },
      moduleNameMapper: { '^(\\\\.{1,2}/.*)\\\\.js$': '$1', '^@names/(.*)$': '<rootDir>/names/$1' },
    };`,
  };
}

/** Makes a cell's project within a folder whose `node_modules` it uses. */
export async function makeCell(cell: Cell, within: string): Promise<string> {
  const folder = join(
    within,
    [cell.node, cell.modules, cell.specifiers].join('-').replaceAll(/[^\w-]/g, '_'),
  );
  for (const [file, text] of Object.entries(filesOf(SPECIFIERS[cell.specifiers], MODULES[cell.modules]))) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await symlink(join(within, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What a user does with a project; each throws where it does not work. */
export const COMMANDS = {
  start: async (folder: string, node: string) => {
    // from another folder, so that nothing depends on where it is run
    const processes = new Processes(node, join(folder, '..'));
    await start(processes, join(folder, 'batches'));
  },
  synth: async (folder: string, node: string) => {
    const processes = new Processes(node, folder);
    await processes.run('--import', 'tsx', 'app.ts');
  },
  test: async (folder: string, node: string, { modules }: Cell) => {
    const processes = new Processes(node, folder);
    if (modules === 'CommonJS') await processes.run('node_modules/jest/bin/jest.js', '--silent');
    else await processes.run('--import', 'tsx', '--test', 'test/orders.test.ts');
  },
} as const;

/** `cistern start`, one full batch, Ctrl-C. */
export async function start(processes: Processes, batches: string): Promise<void> {
  const args = [
    'node_modules/cistern/dist/cli/main.js',
    'start',
    '--port',
    '0',
    '--json',
    '--batches',
    batches,
  ];
  await processes.serve(args, async line => {
    if (line.startsWith('{')) {
      const { url } = JSON.parse(line) as { url: string };
      await fetch(`${url}/v1/batches/orders/items`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ items: [{ n: 1 }, { n: 2 }] }),
      });
    }
    return line === 'handled 1,2';
  });
}
