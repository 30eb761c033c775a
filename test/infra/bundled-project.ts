import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';
import type { BundlingSpec } from '../../infra/bundling/bundling-options.ts';
import { LEAN } from './lean-bundling.ts';

export const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cistern-bundling-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The header of a file of machine code: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const addonFor = (machine: number): Buffer => {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header.writeUInt16LE(machine, 18);
  return header;
};
export const [X64, ARM64] = [addonFor(62), addonFor(183)];

export const manifest = (more: object = {}) =>
  JSON.stringify({ version: '1.0.0', main: 'index.js', ...more });
/** Definitions with one handler in a module of its own, and whatever else they begin with. */
export const definitions = (more = '') => `${more}
  import { batch } from 'cistern';
  export const orders = batch({ name: 'orders', maxSize: 1, maxWaitMs: 1000, handler: () => import('./handle.ts') });`;

let projects = 0;
/** A project with these files, of which `batches.ts` has the definitions. */
export function project(files: Readonly<Record<string, string | Buffer>>): string {
  projects += 1;
  const root = join(folder, `project-${projects}`);
  for (const [file, contents] of Object.entries({ 'batches.ts': definitions(), ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), contents);
  }
  return root;
}

interface Made {
  readonly warnings: readonly string[];
  readonly consumer: string;
}

/** @param given the user's options, and `SDK_BUNDLED` where the test is about the SDK */
export async function make(root: string, given: BundlingSpec = {}, shared?: string): Promise<Made> {
  const consumer = join(mkdtempSync(join(root, 'out-')), 'consumer');
  const bundling = { ...LEAN, ...given };
  const warnings = await bundleFunctions({
    batches: join(root, 'batches.ts'),
    project: root,
    tasks: [
      { entry: 'consumer', into: consumer, bundling, architecture: 'arm64' },
      ...(shared === undefined
        ? []
        : [{ entry: 'ingest', into: shared, bundling, architecture: 'arm64' } as const]),
    ],
  });
  return { warnings, consumer };
}

/** The same, with a function besides that calls no handler. */
export async function makeBoth(
  root: string,
  bundling?: BundlingSpec,
): Promise<Made & { readonly ingest: string }> {
  const ingest = join(mkdtempSync(join(root, 'shared-')), 'ingest');
  return { ...(await make(root, bundling, ingest)), ingest };
}

/** What the handler gives, in a process that has the function's folder alone, as Lambda would load it. */
export function callHandler(asset: string): unknown {
  const task = mkdtempSync(join(folder, 'task-'));
  cpSync(asset, task, { recursive: true });
  const isHandlers = (file: string) =>
    file !== 'index.mjs' && /\bHANDLER\b/.test(readFileSync(join(task, file), 'utf8'));
  const scripts = readdirSync(task).filter(file => file.endsWith('.mjs') && isHandlers(file));
  const script = `for (const file of ${JSON.stringify(scripts)}) {
    const { default: handler, HANDLER } = await import(${JSON.stringify(task)} + '/' + file);
    if (HANDLER) console.log(JSON.stringify(await handler()));
  }`;
  const options = { encoding: 'utf8', cwd: task } as const;
  return JSON.parse(
    execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], options),
  );
}
export const handler = (imports: string, result: string) =>
  `${imports}\nexport const HANDLER = true;\nexport default async () => ${result};`;
