import { access, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { bundleFunctions } from '../../infra/bundle-functions.ts';
import type { BundleTask } from '../../infra/bundling/bundle-task.ts';
import { expectIn } from '../package/outside-project.ts';
import { Processes } from './processes.ts';

export const HANDLER_PACKAGES = {
  pino: '10.4.0',
  ejs: '7.0.2',
  pg: '8.23.1',
  pdfkit: '0.20.2',
  knex: '3.3.0',
  'better-sqlite3': '13.2.0',
  sharp: '0.35.5',
} as const;

/**
 * Bundles handlers that use packages which are hard to bundle, and calls each in a process that has the consumer's folder
 * alone, as Lambda's would; once more for the functions' own platform, whose addons have to be there.
 */
export async function checkHandlers(within: string, node: string): Promise<void> {
  const project = join(within, 'handlers');
  await cp(join(import.meta.dirname, 'handlers'), project, { recursive: true });
  const installed = join(within, 'node_modules/cistern/dist/infra/bundle-functions.js');
  const compiled = (await import(pathToFileURL(installed).href)) as {
    bundleFunctions: typeof bundleFunctions;
  };
  const bundle = async (architecture: 'x64' | 'arm64') => {
    // apart from the project, whose packages would be found from within it
    const into = join(within, '..', `consumer-${architecture}`);
    const tasks = [
      { entry: 'consumer' as const, into, bundling: { nodeModules: ['sharp'] } } satisfies BundleTask,
    ];
    await compiled.bundleFunctions({ batches: join(project, 'index.ts'), project, architecture, tasks });
    return into;
  };
  const [here = '', there = ''] = [await bundle('x64'), await bundle('arm64')];
  const script = `
    for (const file of ${JSON.stringify(await readdir(here))}) {
      if (!file.endsWith('.mjs') || file === 'index.mjs') continue;
      const { default: handler } = await import('./' + file);
      if (typeof handler === 'function' && handler.length === 0) await handler();
    }`;
  const said = await new Processes(node, here).run('--no-warnings', '--input-type=module', '-e', script);
  expectIn(said, ...Object.keys(HANDLER_PACKAGES).map(name => `${name} works`));
  await access(join(there, 'node_modules/@img/sharp-linux-arm64'));
  await access(join(there, 'node_modules/better-sqlite3/prebuilds/linux-arm64.node'));
}
