import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Charset, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { bundleFunctions } from '../../infra/bundling/bundle-functions.ts';
import type { BundlingSpec } from '../../infra/bundling/bundling-options.ts';
import { addonFiles } from '../../infra/bundling/native-addons.ts';
import {
  ARM64,
  callHandler,
  definitions,
  folder,
  handler,
  make,
  makeBoth,
  manifest,
  project,
  X64,
} from './bundled-project.ts';
import { LEAN, SDK_BUNDLED } from './lean-bundling.ts';
import { ROOT } from './synthesise.ts';

test('a handler has __dirname, __filename and require, also where a module declares one of them itself', async () => {
  const root = project({
    'handle.ts': handler(
      "import { own } from './own.ts';",
      "({ here: __dirname === import.meta.dirname, file: __filename.startsWith(__dirname), required: typeof require('node:fs').readFileSync, own })",
    ),
    'own.ts': "const __dirname = 'its own';\nexport const own = __dirname;",
  });
  for (const minify of [true, false]) {
    const { consumer } = await make(root, { minify });
    expect(callHandler(consumer)).toEqual({ here: true, file: true, required: 'function', own: 'its own' });
  }
});

describe('a package that looks for files of its own', () => {
  const files = {
    'handle.ts': handler("import fonts from 'fonts';", 'fonts()'),
    'node_modules/fonts/package.json': manifest({ dependencies: { reader: '1' } }),
    'node_modules/fonts/index.js':
      "const read = require('reader'); module.exports = () => read(__dirname + '/data/serif.txt');",
    'node_modules/fonts/data/serif.txt': 'serif',
    'node_modules/reader/package.json': manifest({ version: '2.0.0' }),
    'node_modules/reader/index.js': 'module.exports = () => "the wrong version";',
    'node_modules/fonts/node_modules/reader/package.json': manifest(),
    'node_modules/fonts/node_modules/reader/index.js':
      "module.exports = file => require('fs').readFileSync(file, 'utf8');",
  };

  test('is put beside the bundle whole, with what it depends on', async () => {
    const { consumer, ingest } = await makeBoth(project(files));
    expect(callHandler(consumer)).toBe('serif');
    expect(existsSync(join(ingest, 'node_modules'))).toBe(false);
  });

  test('is beside every function that loads it, if the definitions import it, and that is said', async () => {
    const root = project({ ...files, 'batches.ts': definitions("import fonts from 'fonts'; fonts();") });
    const { ingest, warnings } = await makeBoth(root);
    expect(existsSync(join(ingest, 'node_modules/fonts/data/serif.txt'))).toBe(true);
    expect(warnings.join()).toMatch(/batches\.ts imports fonts, so that every function loads it\./);
  });
});

describe('what the definitions themselves import', () => {
  const refusal = async (files: Readonly<Record<string, string>>, bundling?: BundlingSpec) =>
    makeBoth(project(files), bundling).then(
      () => 'nothing is refused',
      ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
    );
  const broken = (source: string, more: object = {}) => ({
    'batches.ts': definitions("import './open.ts';"),
    'open.ts': "import open from 'broken'; open;",
    'handle.ts': handler('', '1'),
    'node_modules/broken/package.json': manifest(more),
    'node_modules/broken/index.js': source,
  });

  test('is refused where it would end every function at its start, saying whose import it is', async () => {
    const said = await refusal(broken("module.exports = require('not-installed');"));
    expect(said).toMatch(/^bundling\.does_not_load: The functions would fail when they start/);
    expect(said).toContain("Cannot find module 'not-installed'");
    expect(said).toContain(
      "open.ts imports broken. If only a handler needs it, import it in a module of the handler's own",
    );
  });

  test('is refused where a module of the user’s own looks for a file that is not beside the function', async () => {
    const files = {
      'batches.ts': definitions(
        "import { readFileSync } from 'node:fs'; export const text = readFileSync(import.meta.dirname + '/mail.txt', 'utf8');",
      ),
      'handle.ts': handler('', '1'),
      'mail.txt': 'Dear reader',
    };
    const said = await refusal(files);
    expect(said).toContain('bundling.does_not_load');
    expect(said).toContain('ENOENT');
    expect(said).toContain('It is in the definitions’ own modules.');
  });

  test('is refused where it ends the process, or never ends to load', async () => {
    expect(await refusal(broken('process.exit(7);'))).toContain('Its process ended with 7.');
  });

  test('may be left to a layer, may write to stdout, and may keep the process alive', async () => {
    const source = "console.log('hello'); setInterval(() => {}, 1_000); module.exports = 1;";
    expect(await refusal(broken(source))).toBe('nothing is refused');
    expect(await refusal(broken(source), { externalModules: ['broken'] })).toBe('nothing is refused');
  });

  test('is tried with the addon of this machine where the function’s is for another one', async () => {
    const files = {
      ...broken("require('./linux-arm64.node'); module.exports = 1;", { gypfile: true }),
      'node_modules/broken/linux-arm64.node': ARM64,
    };
    // a header alone is no addon: what counts is that this package, and no copy without an addon, is tried
    expect(await makeBoth(project(files)).catch(({ message }: Error) => message)).toContain(
      'linux-arm64.node',
    );
  });
});

describe('a package with a native addon', () => {
  const addon = (file: Buffer) => ({
    'handle.ts': handler("import fast from 'fast';", 'fast()'),
    'node_modules/fast/package.json': manifest({ gypfile: true }),
    'node_modules/fast/index.js': "module.exports = () => require('./build/Release/fast.node');",
    'node_modules/fast/build/Release/fast.node': file,
  });

  const addonsIn = (asset: string) =>
    addonFiles(join(asset, 'node_modules/fast'))
      .map(file => relative(join(asset, 'node_modules/fast'), file))
      .sort();

  test('is kept whole, if it has the addon for the functions’ platform', async () => {
    const { consumer } = await make(project(addon(ARM64)));
    expect(existsSync(join(consumer, 'node_modules/fast/build/Release/fast.node'))).toBe(true);
  });

  test('is the one for its own processor beside each function, where these differ', async () => {
    const into = mkdtempSync(join(folder, 'processors-'));
    const make = (files: Readonly<Record<string, string | Buffer>>) => {
      const root = project(files);
      const tasks = (['x64', 'arm64'] as const).map(architecture => ({
        entry: 'consumer' as const,
        into: join(into, architecture),
        bundling: LEAN,
        architecture,
      }));
      return bundleFunctions({ batches: join(root, 'batches.ts'), project: root, tasks });
    };
    const prebuilt = 'node_modules/fast/prebuilds/fast';
    await make({ ...addon(X64), [`${prebuilt}-x64.node`]: X64, [`${prebuilt}-arm64.node`]: ARM64 });
    expect(addonsIn(join(into, 'x64'))).toEqual(['build/Release/fast.node', 'prebuilds/fast-x64.node']);
    expect(addonsIn(join(into, 'arm64'))).toEqual(['prebuilds/fast-arm64.node']);
    await expect(make(addon(X64))).rejects.toMatchObject({
      code: 'bundling.native_addon',
      message: expect.stringContaining('they run on Linux, arm64'),
    });
  });

  test('is refused, if it has not, saying who imports it and what to do', async () => {
    await expect(make(project(addon(X64)))).rejects.toMatchObject({
      code: 'bundling.native_addon',
      message: expect.stringMatching(
        /handle\.ts imports fast.*Linux, arm64.*nodeModules: \["fast"\].*externalModules/s,
      ),
    });
  });

  test('is left to a layer, if the user says so', async () => {
    const { consumer } = await make(project(addon(X64)), { externalModules: ['fast'] });
    expect(existsSync(join(consumer, 'node_modules'))).toBe(false);
  });

  test('is done without, if another package wants it optionally', async () => {
    const root = project({
      ...addon(X64),
      'handle.ts': handler("import pack from 'pack';", 'pack()'),
      'node_modules/pack/package.json': manifest({ optionalDependencies: { fast: '1' } }),
      'node_modules/pack/index.js':
        "let fast; try { fast = require('fast'); } catch {} module.exports = () => typeof fast;",
    });
    const { consumer } = await make(root);
    expect(callHandler(consumer)).toBe('undefined');
  });
});

test('a package that is to be installed for the functions, and is not the project’s, is told', async () => {
  const root = project({ 'handle.ts': handler("import no from 'no-such-package';", 'no') });
  await expect(make(root, { nodeModules: ['no-such-package'] })).rejects.toMatchObject({
    code: 'bundling.not_installed',
    message: expect.stringContaining('npm install no-such-package'),
  });
});

describe('a package that requires what is not installed', () => {
  const databases = (more: object) => ({
    'handle.ts': handler(
      "import connect from 'databases';",
      "[connect('memory'), await Promise.resolve().then(() => connect('other')).catch(error => error.code)]",
    ),
    'node_modules/databases/package.json': manifest(more),
    'node_modules/databases/index.js':
      "module.exports = name => name === 'memory' ? 'connected' : (() => { return require('other-database'); })();",
  });

  test('is bundled, and fails only where it needs that', async () => {
    const { consumer, warnings } = await make(project(databases({})));
    expect(callHandler(consumer)).toEqual(['connected', 'MODULE_NOT_FOUND']);
    expect(warnings).toEqual([
      expect.stringContaining('databases requires other-database, not installed here.'),
    ]);
  });

  test('gives no warning where it says itself that it does without, or the user does', async () => {
    const optional = { peerDependenciesMeta: { 'other-database': { optional: true } } };
    expect((await make(project(databases(optional)))).warnings).toEqual([]);
    const { warnings } = await make(project(databases({})), { externalModules: ['other-database'] });
    expect(warnings).toEqual([]);
  });

  test('is refused where the user’s own module does, with file and line', async () => {
    const root = project({ 'handle.ts': "import 'no-such-package';\nexport default () => {};" });
    await expect(make(root)).rejects.toMatchObject({
      code: 'bundling.failed',
      message: expect.stringMatching(/handle\.ts:1: Could not resolve "no-such-package"/),
    });
  });
});

test('a handler’s AWS clients are the SDK’s own, whatever is left out of the library’s', async () => {
  const root = project({
    'handle.ts': handler(
      `import { defaultProvider } from ${JSON.stringify(join(ROOT, 'node_modules/@aws-sdk/credential-provider-node/dist-es/index.js'))};`,
      "defaultProvider({ profile: 'none' })().catch(error => error.message)",
    ),
  });
  // what the SDK's chain comes to after the environment, which the library's does not have: left out, since it is large
  const later = ['ini', 'process', 'sso', 'web-identity'].map(
    name => [`--external:@aws-sdk/credential-provider-${name}`, true] as const,
  );
  const esbuildArgs = { ...SDK_BUNDLED.esbuildArgs, ...Object.fromEntries(later) };
  const { consumer } = await make(root, { ...SDK_BUNDLED, esbuildArgs });
  expect(callHandler(consumer)).toContain("Cannot find package '@aws-sdk/credential-provider-ini'");
});

test('loader, define, banner, esbuildArgs and an alias of the user’s reach the bundle', async () => {
  const root = project({
    'handle.ts': handler(
      "import text from './text.sql';\nimport other from 'aliased';\ndeclare const VERSION: string;",
      '[text, VERSION, (globalThis as any).banner, other]',
    ),
    'text.sql': 'select 1',
    'other.ts': "export default 'other';",
  });
  const { consumer } = await make(root, {
    loader: { '.sql': 'text' },
    define: { VERSION: '"7"' },
    banner: "globalThis.banner='mine';",
    esbuildArgs: { ...LEAN.esbuildArgs, '--alias:aliased': join(root, 'other.ts') },
  });
  expect(callHandler(consumer)).toEqual(['select 1', '7', 'mine', 'other']);
  await expect(make(root, { esbuildArgs: { '--format': 'cjs' } })).rejects.toMatchObject({
    code: 'bundling.argument_refused',
  });
});

test('footer, inject, keepNames, charset, mainFields, target, tsconfig and the kinds of source maps do too', async () => {
  const root = project({
    'handle.ts': handler(
      "import { named } from '~/own/named.ts';\nimport way from 'two-ways';",
      "[named.name, way, (globalThis as any).injected, (globalThis as any).foot, (() => { using a = { [Symbol.dispose]() {} }; return 'ä'; })()]",
    ),
    'src/named.ts': 'export function named() { return 1; }',
    'first.ts': "(globalThis as any).injected = 'first';",
    'tsconfig.own.json': JSON.stringify({ compilerOptions: { paths: { '~/own/*': ['./src/*'] } } }),
    'node_modules/two-ways/package.json': manifest({ lib: 'lib.js' }),
    'node_modules/two-ways/index.js': "module.exports = 'main';",
    'node_modules/two-ways/lib.js': "module.exports = 'lib';",
  });
  const { consumer } = await make(root, {
    footer: "globalThis.foot='last';",
    inject: [join(root, 'first.ts')],
    keepNames: true,
    charset: Charset.UTF8,
    mainFields: ['lib', 'main'],
    target: 'node22',
    tsconfig: join(root, 'tsconfig.own.json'),
    sourceMap: true,
    sourceMapMode: SourceMapMode.INLINE,
    sourcesContent: true,
  });
  expect(callHandler(consumer)).toEqual(['named', 'lib', 'first', 'last', 'ä']);
  const [name = ''] = readdirSync(consumer).filter(file => file.startsWith('handle-'));
  const code = readFileSync(join(consumer, name), 'utf8');
  expect(code).toContain('ä');
  // which Node.js 22 does not know
  expect(code).not.toContain('using ');
  const [, map = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(code) ?? [];
  expect(JSON.parse(Buffer.from(map, 'base64').toString())).toHaveProperty('sourcesContent');
});

test('commands of hooks run before and after a function is bundled, and one that fails ends it', async () => {
  const root = project({ 'handle.ts': handler('', '1'), 'template.txt': 'text' });
  const into = join(root, 'out/consumer');
  const hooks = (afterBundling: string[]) => ({
    beforeBundling: [`touch ${join(into, 'before')}`],
    beforeInstall: [],
    afterBundling,
  });
  const run = (after: string[]) =>
    bundleFunctions({
      batches: join(root, 'batches.ts'),
      project: root,
      tasks: [{ entry: 'consumer', into, bundling: LEAN, architecture: 'arm64', hooks: hooks(after) }],
    });
  await run([`cp template.txt ${into}`]);
  expect(readdirSync(into)).toEqual(expect.arrayContaining(['before', 'template.txt', 'index.mjs']));
  await expect(run(['exit 3'])).rejects.toMatchObject({ code: 'bundling.hook_failed' });
});
