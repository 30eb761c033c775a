import { access, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleTask } from '../../infra/bundling/bundle-task.ts';
import { expectIn } from '../package/outside-project.ts';
import { HANDLER_PACKAGES } from './handler-packages.ts';
import { Processes } from './processes.ts';

/**
 * Bundles handlers that use packages which are hard to bundle, and calls each in a process that has the consumer's folder
 * alone, as Lambda's would; once more for the functions' own platform, whose addons have to be there.
 */
export async function checkHandlers(within: string, node: string): Promise<void> {
  const project = join(within, 'handlers');
  await cp(join(import.meta.dirname, 'handlers'), project, { recursive: true });
  const installed = join(within, 'node_modules/cistern/dist/infra/bundle-functions.js');
  const bundle = async (architecture: 'x64' | 'arm64') => {
    // apart from the project, whose packages would be found from within it
    const into = join(within, '..', `consumer-${architecture}`);
    const tasks: BundleTask[] = [{ entry: 'consumer', into, bundling: { nodeModules: ['sharp'] } }];
    const options = JSON.stringify({ batches: join(project, 'index.ts'), project, architecture, tasks });
    // a process without this repository's conditions, which would find its sources
    const script = `await (await import(${JSON.stringify(installed)})).bundleFunctions(${options});`;
    await new Processes(node, project).run('--input-type=module', '-e', script);
    return into;
  };
  const [here = '', there = ''] = [await bundle('x64'), await bundle('arm64')];
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
}
