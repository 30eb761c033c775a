import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Bundle, bundle, ENTRIES, type Entry } from '../../infra/bundling/bundle.ts';
import { loadedFiles } from '../../infra/bundling/bundle-size.ts';
import { ROOT } from './synthesise.ts';

const MARKER = 'the orders handler was here';
/** What a cold start of the ingest function may load, minified. */
const INGEST_LIMIT_BYTES = 250_000;

const batches = join(ROOT, 'test/infra/fixtures/orders.ts');
/** These definitions do not import the AWS SDK. */
const options = { batches, modules: { external: new Set<string>(), hasSdk: false } };
const made = new Map<Entry, Promise<Bundle>>();
const bundleOf = (entry: Entry): Promise<Bundle> => {
  const promise = made.get(entry) ?? bundle(entry, options);
  made.set(entry, promise);
  return promise;
};

/** The names of the scripts that have a text; all of them, or those that loading the entry loads. */
async function scriptsWith(text: string, entry: Entry, which: 'all' | 'loaded'): Promise<string[]> {
  const { files, metafile } = await bundleOf(entry);
  const loaded = [...loadedFiles(metafile)];
  return files
    .filter(({ name }) => name.endsWith('.mjs'))
    .filter(({ name }) => which === 'all' || loaded.some(file => file.endsWith(`/${name}`)))
    .filter(({ contents }) => Buffer.from(contents).includes(text))
    .map(({ name }) => name);
}

describe('the ingest function', () => {
  test('loads at most 250 KB', async () => {
    const { size } = await bundleOf('ingest');
    expect(size.loaded).toBeLessThanOrEqual(INGEST_LIMIT_BYTES);
  });

  test('loads the same code where the SDK is a copy beside that of the definitions', async () => {
    const modules = { external: new Set<string>(), hasSdk: true };
    const [alone, copy] = [await bundleOf('ingest'), await bundle('ingest', { batches, modules })];
    expect(copy.size).toEqual(alone.size);
  });

  test('loads what operators do with the first who asks a definition for it', async () => {
    const operations = 'has never been drained';
    expect(await scriptsWith(operations, 'ingest', 'all')).not.toEqual([]);
    expect(await scriptsWith(operations, 'ingest', 'loaded')).toEqual([]);
  });

  test('loads the SQS client with its first message only', async () => {
    const { metafile } = await bundleOf('ingest');
    const inputs = [...loadedFiles(metafile)].flatMap(file =>
      Object.keys(metafile.outputs[file]?.inputs ?? {}),
    );
    expect(inputs.filter(input => input.includes('@aws-sdk/client-sqs/'))).toEqual([]);
  });
});

test('the consumer has the handlers, each in a chunk of its own', async () => {
  expect(await scriptsWith(MARKER, 'consumer', 'all')).toHaveLength(1);
  expect(await scriptsWith(MARKER, 'consumer', 'loaded')).toEqual([]);
});

test.each(ENTRIES)('%s knows the definitions, and loads no handler with them', async entry => {
  expect(await scriptsWith('"orders"', entry, 'loaded')).toHaveLength(1);
  expect(await scriptsWith(MARKER, entry, 'loaded')).toEqual([]);
});

test('what describes the HTTP API is loaded when somebody asks for it', async () => {
  const marker = 'Items in one at a time, batches out, nothing lost.';
  expect(await scriptsWith(marker, 'admin-http', 'all')).toHaveLength(1);
  expect(await scriptsWith(marker, 'admin-http', 'loaded')).toEqual([]);
  for (const entry of ENTRIES.filter(each => each !== 'admin-http')) {
    expect(await scriptsWith(marker, entry, 'all')).toEqual([]);
  }
});

describe.each(ENTRIES)('%s', entry => {
  test('is one module index.mjs with its chunks, all with source maps', async () => {
    const { files } = await bundleOf(entry);
    const names = files.map(({ name }) => name);
    expect(names).toContain('index.mjs');
    expect(names.filter(name => !/\.mjs(\.map)?$/.test(name))).toEqual([]);
    const bundled = names.filter(each => each.endsWith('.mjs') && each !== 'globals.mjs');
    for (const name of bundled) expect(names).toContain(`${name}.map`);
  });

  test('brings the SDK along, and nothing but Node’s own modules is left to be found', async () => {
    const { metafile } = await bundleOf(entry);
    const left = [...loadedFiles(metafile)].flatMap(file =>
      (metafile.outputs[file]?.imports ?? []).filter(({ external }) => external).map(({ path }) => path),
    );
    expect(left.filter(path => !path.startsWith('node:'))).toEqual([]);
  });

  test('asks no credential provider but its environment', async () => {
    const { metafile } = await bundleOf(entry);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter(input => input.includes('credential-provider'))).toEqual([]);
    expect(inputs).toContain('infra/lean-bundle/environment-credentials.ts');
  });
});

test('the same sources give the same bytes', async () => {
  const [first, second] = [await bundleOf('ingest'), await bundle('ingest', options)];
  expect(second.files.map(({ name }) => name)).toEqual(first.files.map(({ name }) => name));
  expect(
    second.files.every(({ contents }, i) =>
      Buffer.from(contents).equals(first.files[i]?.contents ?? Buffer.of()),
    ),
  ).toBe(true);
});
