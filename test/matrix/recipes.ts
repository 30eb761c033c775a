import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../package/outside-project.ts';
import { MODULES } from './cell.ts';
import { Processes } from './processes.ts';

type Modules = keyof typeof MODULES;
/** A runner of tests that docs/testing.md has a recipe for, by its heading there. */
export const RUNNERS = { Vitest: 'vi', Jest: 'jest' } as const;
type Runner = keyof typeof RUNNERS;

interface Recipe {
  /** By their names, which the page has in their first lines. */
  readonly files: Readonly<Record<string, string>>;
  readonly command: string;
}

/** What the page says of a runner, for a kind of project. Where it tells the kinds apart, ES modules come second. */
async function recipeOf(runner: Runner, modules: Modules): Promise<Recipe> {
  const page = await readFile(join(ROOT, 'docs/testing.md'), 'utf8');
  const [, before = '', after = ''] =
    /\n## With your test runner\n([\s\S]*?)\n### ([\s\S]*?)\n## /.exec(page) ?? [];
  const sections = `\n### ${after}`.split('\n### ').map(section => `\n${section}`);
  const section = sections.find(text => text.startsWith(`\n${runner}\n`)) ?? '';
  const at = modules === 'ES modules' ? -1 : 0;
  const files: Record<string, string> = {};
  for (const text of [before, section]) {
    const blocks = [...text.matchAll(/```[jt]s\n\/\/ (\S+)\n([\s\S]*?)```/g)];
    for (const [, name = ''] of blocks) {
      files[name] = blocks.filter(([, other]) => other === name).at(at)?.[2] ?? '';
    }
  }
  const commands = [...section.matchAll(/```sh\n(.*)\n```/g)].map(([, command = '']) => command);
  const command = commands.filter(each => !each.startsWith('npm install')).at(at);
  if (command === undefined) throw new Error(`docs/testing.md has no recipe for ${runner}.`);
  return { files, command };
}

/** A test whose timers are faked, before the local stack starts and after. */
const withFakeTimers = (fake: string, from: string): string => `
  import { afterEach, expect, test, ${fake} } from '${from}';
  import { startLocal } from 'cistern/local';
  import { orders } from '../batches/orders.js';

  afterEach(() => { ${fake}.useRealTimers(); ${fake}.restoreAllMocks(); });

  test.each(['before', 'after'])('timers that are faked %s its start do not stop the local stack', async when => {
    const warn = ${fake}.spyOn(process, 'emitWarning').mockImplementation(() => {});
    if (when === 'before') ${fake}.useFakeTimers();
    const local = await startLocal({ batches: [orders], port: 0 });
    ${fake}.useFakeTimers();
    expect(warn.mock.calls.filter(([text]) => String(text).includes('timers are faked'))).toHaveLength(when === 'before' ? 1 : 0);
    const receipt = await orders.add({ id: 1 });
    await local.advance(60_000);
    await local.idle();
    expect(await orders.waitFor(receipt)).toMatchObject({ status: 'completed', result: { stored: 1 } });
    await local.stop();
  });
`;

/** Makes a project as the page has it, within a folder whose `node_modules` it uses. */
export async function makeRecipe(
  runner: Runner,
  { modules, node, within }: { readonly modules: Modules; readonly node: string; readonly within: string },
): Promise<{ readonly folder: string; readonly command: string }> {
  const folder = join(within, [runner, modules, node].join('-').replaceAll(/[^\w-]/g, '_'));
  const { files, command } = await recipeOf(runner, modules);
  const all = {
    ...files,
    'package.json': JSON.stringify({ type: MODULES[modules] }),
    'test/fake-timers.test.ts': withFakeTimers(
      RUNNERS[runner],
      runner === 'Jest' ? '@jest/globals' : 'vitest',
    ),
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await symlink(join(within, 'node_modules'), join(folder, 'node_modules'));
  return { folder, command };
}

/** Runs the tests by the page's command. @throws Error where that fails, or runs fewer than there are */
export async function followRecipe(folder: string, node: string, command: string): Promise<void> {
  const said = await new Processes(node, folder).shell(command);
  // colours stand between the words
  if (!/Tests.*\D3 passed/.test(said)) throw new Error(`${command} has not run three tests:\n${said}`);
}
