import { access, cp, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BundleTask } from '../../infra/bundling/bundle-task.ts';
import { expectIn } from '../package/outside-project.ts';
import { HANDLER_PACKAGES } from './handler-packages.ts';
import { Processes } from './processes.ts';

/** The functions that load the definitions and call no handler. */
const OTHERS = ['ingest', 'timer', 'ticker'] as const;
/** What a function has in its environment, as far as it looks at that when it is loaded. */
const ENVIRONMENT = { CISTERN_DEPLOYMENT: 'matrix', CISTERN_QUEUE_URL_BASE: 'http://127.0.0.1/' };

/**
 * Bundles handlers that use packages which are hard to bundle, and calls each in a process that has the consumer's folder
 * alone, as Lambda's would; once more for the functions' own platform, whose addons have to be there. Then it does so
 * with definitions that import all of these packages at their top.
 */
export async function checkHandlers(within: string, node: string): Promise<void> {
  const project = join(within, 'handlers');
  await cp(join(import.meta.dirname, 'handlers'), project, { recursive: true });
  const handlers = new Bundler(within, node, join(project, 'index.ts'));
  const nodeModules = ['sharp'];
  const here = handlers.folder('consumer-x64');
  const there = handlers.folder('consumer-arm64');
  await handlers.run([
    { entry: 'consumer', into: here, bundling: { nodeModules }, architecture: 'x64' },
    { entry: 'consumer', into: there, bundling: { nodeModules }, architecture: 'arm64' },
  ]);
  // each handler is a file of its own: its module's name, and a hash
  const names = Object.keys(HANDLER_PACKAGES);
  const files = (await readdir(here)).filter(file =>
    names.some(name => file.startsWith(`${name}-`) && file.endsWith('.mjs')),
  );
  const script = `for (const file of ${JSON.stringify(files)}) console.log(await (await import('./' + file)).default());`;
  const said = await new Processes(node, here).run('--no-warnings', '--input-type=module', '-e', script);
  expectIn(said, ...names.map(name => `${name} works`));
  await access(join(there, 'node_modules/@img/sharp-linux-arm64'));
  await access(join(there, 'node_modules/better-sqlite3/prebuilds/linux-arm64.node'));
  await checkDefinitions(new Bundler(within, node, join(project, 'imports-all.ts')));
}

/** Functions that call no handler load where the definitions import what a handler needs, and synth says whose it is. */
async function checkDefinitions(definitions: Bundler): Promise<void> {
  const tasks = (architecture: BundleTask['architecture'], nodeModules: string[]) =>
    OTHERS.map(
      (entry): BundleTask => ({
        entry,
        into: definitions.folder(entry),
        bundling: { nodeModules },
        architecture,
      }),
    );
  const warnings = await definitions.run(tasks('x64', ['sharp']));
  for (const name of Object.keys(HANDLER_PACKAGES).filter(each => each !== 'pg')) {
    expectIn(warnings, `imports-all.ts imports ${name}, so that every function loads it.`);
  }
  const script = `Object.assign(process.env, ${JSON.stringify(ENVIRONMENT)});
    await import('./index.mjs');
    console.log('It has loaded.');
    process.exit(0);`;
  for (const entry of OTHERS) {
    const processes = new Processes(definitions.node, definitions.folder(entry));
    expectIn(await processes.run('--no-warnings', '--input-type=module', '-e', script), 'It has loaded.');
  }
  expectIn(
    await definitions.run(tasks('arm64', [])),
    'bundling.native_addon',
    'imports-all.ts imports sharp, which has a native addon that is not installed for the functions',
  );
}

/** Bundles functions of some definitions by the installed package. */
class Bundler {
  readonly #within: string;
  readonly #batches: string;

  constructor(
    within: string,
    readonly node: string,
    batches: string,
  ) {
    this.#within = within;
    this.#batches = batches;
  }

  /** A function's folder: apart from the project, whose packages would be found from within it. */
  folder(name: string): string {
    return join(this.#within, '..', name);
  }

  /** @returns what the user is told: warnings, or the error */
  async run(tasks: readonly BundleTask[]): Promise<string> {
    const project = dirname(this.#batches);
    const installed = join(this.#within, 'node_modules/cistern/dist/infra/bundling/bundle-functions.js');
    const options = JSON.stringify({ batches: this.#batches, project, tasks });
    // a process without this repository's conditions, which would find its sources
    const script = `const { bundleFunctions } = await import(${JSON.stringify(installed)});
      const told = await bundleFunctions(${options}).catch(({ code, message }) => [code, message]);
      for (const line of told) console.log(line);`;
    return new Processes(this.node, project).run('--input-type=module', '-e', script);
  }
}
