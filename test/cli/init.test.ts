import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installCommand } from '#lib/parts';
import { PROJECT_FILES, writeProject } from '../../cli/init/write-project.ts';
import { runCli } from '../support/run-cli.ts';

const NEW = { packages: new Set<string>(), runner: 'node', isModule: false } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-init-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
const has = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);

test('writes a definition, its test and a CDK app', async () => {
  expect(await writeProject(folder, NEW)).toEqual({ written: PROJECT_FILES, kept: [], leftOut: [] });
  const files = await readdir(folder, { recursive: true });
  expect(files.sort()).toEqual(expect.arrayContaining([...PROJECT_FILES]));
});

test('leaves files that are there already as they are', async () => {
  await mkdir(join(folder, 'cdk'));
  await has('cdk/app.ts', 'mine');
  const [app, ...others] = [{ file: 'cdk/app.ts', isOwn: true }, ...PROJECT_FILES].filter(
    file => file !== 'cdk/app.ts',
  );
  expect(await writeProject(folder, NEW)).toEqual({ written: others, kept: [app], leftOut: [] });
  expect(await read('cdk/app.ts')).toBe('mine');
  const kept = PROJECT_FILES.map(file => ({ file, isOwn: file === 'cdk/app.ts' }));
  expect(await writeProject(folder, NEW)).toEqual({ written: [], kept, leftOut: [] });
});

test('says what to do next, and what it has kept', async () => {
  const { exitCode, stdout } = await runCli(['init'], { folder });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('wrote  batches/index.ts');
  expect(stdout).toContain(installCommand('local', 'cdk').slice('npm install --save-dev '.length));
  expect(stdout).toContain('npx cdk synth');
  const again = await runCli(['init', '--json'], { folder });
  expect(again.json()).toMatchObject({
    written: [],
    kept: PROJECT_FILES.map(file => ({ file })),
    leftOut: [],
  });
});

describe('in a project that has its own', () => {
  test('definitions, it leaves out the test of the first definition', async () => {
    await mkdir(join(folder, 'batches'));
    await has('batches/index.ts', 'mine');
    const { stdout } = await runCli(['init'], { folder });
    expect(stdout).toContain('left out  test/orders.test.ts');
    expect(stdout).not.toContain('--test');
    expect(await read('batches/index.ts')).toBe('mine');
    await expect(read('test/orders.test.ts')).rejects.toThrow('ENOENT');
  });

  test('cdk.json and .gitignore, it says what these lack', async () => {
    await has('cdk.json', '{"app":"npx tsx bin/app.ts"}');
    await has('.gitignore', '/node_modules\ncdk.out\n');
    const { stdout } = await runCli(['init'], { folder });
    expect(stdout).toContain('kept   cdk.json, which is there already; it names an app of yours');
    expect(stdout).toContain('kept   .gitignore, which is there already; add to it: .cistern/\n');
  });

  test('packages, it tells to install the others', async () => {
    const dependencies = { 'aws-cdk-lib': '^2', constructs: '^10' };
    await has(
      'package.json',
      JSON.stringify({ dependencies, devDependencies: { 'aws-cdk': '2.1', tsx: '4' } }),
    );
    const { stdout } = await runCli(['init'], { folder });
    const [install = ''] = /npm install .*/.exec(stdout) ?? [];
    expect(install).toMatch(/^npm install --save-dev hono@4 @valibot\/to-json-schema@1 .*esbuild@0\.28/);
    expect(install).not.toMatch(/cdk|constructs|tsx/);
  });

  test.each([
    ['jest', 'commonjs', 'npx jest test/orders.test.ts', "from '../batches'", undefined],
    [
      'jest',
      'module',
      'NODE_OPTIONS=--experimental-vm-modules npx jest test/orders.test.ts',
      "from '../batches/index.js'",
      undefined,
    ],
    [
      'vitest',
      'commonjs',
      'npx vitest run test/orders.test.ts',
      "from '../batches/index.js'",
      "from 'vitest'",
    ],
  ])('test runner, it writes the test for that: %s, %s', async (runner, type, command, ...imports) => {
    await has('package.json', JSON.stringify({ type, devDependencies: { [runner]: '1' } }));
    const { stdout } = await runCli(['init'], { folder });
    expect(stdout).toContain(`  ${command}\n`);
    const written = await read('test/orders.test.ts');
    for (const part of imports) if (part !== undefined) expect(written).toContain(part);
    expect(written).toContain('expect(result).toEqual({ stored: 1 });');
    expect(written).toContain('expect(again.duplicate).toEqual(true);');
    expect(written).not.toMatch(/assert|node:/);
  });

  test('package.json that cannot be read, it writes what a new project gets', async () => {
    await has('package.json', '{');
    expect((await runCli(['init', '--json'], { folder })).json()).toMatchObject({ written: PROJECT_FILES });
  });
});
