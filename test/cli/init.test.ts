import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { installCommand } from '#lib/parts';
import { PROJECT_FILES, writeProject } from '../../cli/init/write-project.ts';
import { runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cistern-init-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('writes a definition, its test and a CDK app', async () => {
  expect(await writeProject(folder)).toEqual({ written: PROJECT_FILES, kept: [] });
  const files = await readdir(folder, { recursive: true });
  expect(files.sort()).toEqual(expect.arrayContaining([...PROJECT_FILES]));
});

test('leaves files that are there already as they are', async () => {
  await mkdir(join(folder, 'batches'));
  await writeFile(join(folder, 'batches/index.ts'), 'mine');
  await writeFile(join(folder, 'cdk.json'), '{}');
  expect(await writeProject(folder)).toEqual({
    written: ['test/orders.test.ts', 'cdk/app.ts', '.gitignore'],
    kept: ['batches/index.ts', 'cdk.json'],
  });
  expect(await readFile(join(folder, 'batches/index.ts'), 'utf8')).toBe('mine');
  expect(await writeProject(folder)).toEqual({ written: [], kept: PROJECT_FILES });
});

test('says what to do next, and what it has kept', async () => {
  const { exitCode, stdout } = await runCli(['init'], { folder });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('wrote  batches/index.ts');
  expect(stdout).toContain(installCommand('local', 'cdk').slice('npm install --save-dev '.length));
  expect(stdout).toContain('npx cdk synth');
  const again = await runCli(['init', '--json'], { folder });
  expect(again.json()).toMatchObject({ written: [], kept: PROJECT_FILES });
});
