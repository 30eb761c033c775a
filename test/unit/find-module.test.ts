import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { findModule } from '#loader/find-module';

const ROOT = join(import.meta.dirname, '../..');
const ORDERS = join(ROOT, 'test/infra/fixtures/orders.ts');

describe('a module of definitions is found', () => {
  test.each<[string, string | URL]>([
    ['a path that starts from the folder', 'test/infra/fixtures/orders.ts'],
    ['the same with a dot', './test/infra/fixtures/orders.ts'],
    ['a path without its ending', 'test/infra/fixtures/orders'],
    ['the ending that it has when it is compiled', 'test/infra/fixtures/orders.js'],
    ['an absolute path, as join(__dirname, …) makes it', ORDERS],
    ['a URL, as new URL(…, import.meta.url) makes it', pathToFileURL(ORDERS)],
    ['a URL without its ending', new URL('../infra/fixtures/orders', import.meta.url)],
    ['a URL as a text, as import.meta.resolve makes it', pathToFileURL(ORDERS).href],
  ])('by %s', (_, given) => {
    expect(findModule(given, ROOT)).toBe(ORDERS);
  });

  test('by its folder, which has an index', () => {
    expect(findModule('./batches', ROOT)).toBe(join(ROOT, 'batches/index.ts'));
    expect(findModule(new URL('../../batches', import.meta.url), '/')).toBe(join(ROOT, 'batches/index.ts'));
  });

  test('or else it is told where it was looked for', () => {
    expect(() => findModule('./nowhere', ROOT)).toThrow(`looked for as ${join(ROOT, 'nowhere')}`);
    expect(() => findModule('./nowhere', ROOT)).toThrow(`A relative path is relative to ${ROOT}.`);
  });
});
