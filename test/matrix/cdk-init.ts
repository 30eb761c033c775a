import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from './cell.ts';
import { Processes } from './processes.ts';

/** Makes the app of `cdk init app --language typescript`, with what docs/typescript.md adds to it. */
export async function makeCdkApp(
  within: string,
  nodes: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const [[first = '', node = ''] = []] = nodes;
  const made = join(within, `shop-${first}`, 'shop');
  await mkdir(made, { recursive: true });
  const init = ['init', 'app', '--language', 'typescript', '--generate-only'];
  await new Processes(node, made).run(join(within, 'node_modules/aws-cdk/bin/cdk'), ...init);
  await cp(join(import.meta.dirname, 'cdk-init'), made, { recursive: true });
  const folders = new Map<string, string>();
  for (const version of nodes.keys()) {
    const folder = join(within, `shop-${version}`, 'shop');
    if (folder !== made) await cp(made, folder, { recursive: true });
    folders.set(version, folder);
  }
  for (const folder of folders.values()) {
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    await symlink(join(within, 'node_modules'), join(folder, 'node_modules'));
  }
  return folders;
}

export const CDK_COMMANDS = {
  start: async (folder: string, node: string) => start(new Processes(node, folder), 'batches'),
  synth: async (folder: string, node: string) => {
    await new Processes(node, folder).run('node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-notices');
  },
  test: async (folder: string, node: string) => {
    await new Processes(node, folder).run('node_modules/jest/bin/jest.js', '--silent');
  },
} as const;
