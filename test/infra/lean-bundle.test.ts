import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { build, type Plugin, type ResolveResult } from 'esbuild';
import { defaultProvider } from '../../infra/lean-bundle/environment-credentials.ts';
import { findRelative } from '../../infra/lean-bundle/find-relative.ts';
import * as noDiscovery from '../../infra/lean-bundle/no-endpoint-discovery.ts';

test('of endpoint discovery DynamoDB’s client uses what resolves its configuration, and no more', async () => {
  const client = dirname(fileURLToPath(import.meta.resolve('@aws-sdk/client-dynamodb/package.json')));
  const files = await readdir(join(client, 'dist-es'), { recursive: true });
  const sources = await Promise.all(
    files.filter(file => file.endsWith('.js')).map(file => readFile(join(client, 'dist-es', file), 'utf8')),
  );
  const imported = sources.flatMap(source =>
    [...source.matchAll(/import \{([^}]*)\} from "@aws-sdk\/middleware-endpoint-discovery"/g)].flatMap(
      ([, names = '']) => names.match(/\w+/g),
    ),
  );
  expect(imported.sort()).toEqual(Object.keys(noDiscovery).sort());
});

test.each(['client-dynamodb', 'client-sqs', 'client-eventbridge'])(
  'of its own manifest %s reads the version, and no more',
  async name => {
    const client = dirname(fileURLToPath(import.meta.resolve(`@aws-sdk/${name}/package.json`)));
    const files = await readdir(join(client, 'dist-es'), { recursive: true });
    const sources = await Promise.all(
      files.filter(file => file.endsWith('.js')).map(file => readFile(join(client, 'dist-es', file), 'utf8')),
    );
    const readers = sources.filter(source => source.includes('package.json'));
    expect(readers.length).toBeGreaterThan(0);
    for (const source of readers) {
      const [, manifest = ''] = /import (\w+) from ".*package\.json"/.exec(source) ?? [];
      const fields = [...source.matchAll(new RegExp(`${manifest}\\.(\\w+)`, 'g'))].map(([, field]) => field);
      expect([...new Set(fields)]).toEqual(['version']);
    }
  },
);

describe('a relative import of the SDK', () => {
  const sqs = dirname(fileURLToPath(import.meta.resolve('@aws-sdk/client-sqs/package.json')));
  const from = join(sqs, 'dist-es/models');
  const [core, project] = [join(sqs, '../core/dist-es'), import.meta.dirname];
  const bundlersOwn = async (path: string, resolveDir: string) => {
    const answers: ResolveResult[] = [];
    const ask: Plugin = {
      name: 'ask',
      setup: ({ onStart, resolve }) =>
        onStart(async () => {
          answers.push(await resolve(path, { resolveDir, kind: 'import-statement' }));
        }),
    };
    await build({ stdin: { contents: '' }, write: false, platform: 'node', plugins: [ask] });
    return answers[0];
  };

  test.each(['./errors', './errors.js', '../SQSClient', '../../package.json', '../commands/index'])(
    'of %s comes to what the bundler finds',
    async path => {
      const found = findRelative(path, from, {});
      expect(found).toBeDefined();
      expect(await bundlersOwn(path, from)).toMatchObject({ ...found });
    },
  );

  test.each([
    ['a folder', '../commands', from, {}],
    ['a folder that a file may be named after', '.', join(sqs, 'dist-es/commands'), {}],
    ['a package', '@smithy/core', from, {}],
    ['no file', './nowhere', from, {}],
    ['no folder', './nowhere/errors', from, {}],
    ['a package whose manifest names the files that have side effects', './index', core, {}],
    ['a module of no package', './synthesise', project, {}],
    ['a build that replaces files by manifests', './errors', from, { mainFields: ['browser'] }],
    ['a build with endings of its own', './errors', from, { resolveExtensions: ['.ts'] }],
    ['a build that follows no links', './errors', from, { preserveSymlinks: true }],
  ])('is left to the bundler for %s', (_, path, folder, options) => {
    expect(findRelative(path, folder, options)).toBeUndefined();
  });

  test('is left to the bundler for a module that another manifest than its package’s may be about', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cistern-manifests-'));
    const inner = join(folder, 'node_modules/outer/inner');
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, '../package.json'), '{ "sideEffects": false }');
    await writeFile(join(inner, 'module.js'), '');
    expect(findRelative('./module', inner, {})).toMatchObject({ sideEffects: false });

    const beside = join(inner, '../beside');
    await mkdir(beside);
    await writeFile(join(beside, 'package.json'), '{ "sideEffects": true }');
    await writeFile(join(beside, 'module.js'), '');
    expect(findRelative('./module', beside, {})).toBeUndefined();
    await rm(folder, { recursive: true });
  });
});

describe('the credentials in place of the SDK’s chain', () => {
  const before = { ...process.env };
  beforeEach(() => {
    process.env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  });
  afterEach(() => {
    process.env = before;
  });

  test('are those of the environment', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'token';
    await expect(defaultProvider()()).resolves.toEqual({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  test('need no session', async () => {
    await expect(defaultProvider()()).resolves.toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' });
  });

  test('have to be there', async () => {
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY');
  });
});
