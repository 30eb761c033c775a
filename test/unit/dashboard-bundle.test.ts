import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bundlePage } from '../../dashboard/bundle-page.ts';
import { pageFile } from '../../dashboard/page-file.ts';

const root = join(import.meta.dirname, '../..');

describe('the bundled page', () => {
  test('contains its own sources, Preact and a CSV parser, and nothing of the product or of Node', async () => {
    const { inputs } = await bundlePage(join(root, 'dashboard/page'));
    const foreign = inputs
      .map(input => relative(root, join(process.cwd(), input)))
      .filter(input => !/^(dashboard\/page|node_modules\/(preact|csv-parse))\//.test(input));
    expect(foreign).toEqual([]);
    expect(inputs.length).toBeGreaterThan(40);
  });

  test('is small, the same each time, and names its licences', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => bundlePage(join(root, 'dashboard/page'))));
    expect(other?.files.map(({ etag }) => etag)).toEqual(one?.files.map(({ etag }) => etag));
    const script = one?.files.find(({ path }) => path === 'app.js');
    expect(script?.body.length).toBeLessThan(120_000);
    expect(Buffer.from(script?.body ?? []).toString()).not.toContain('CSV_INVALID');
    expect(Buffer.from(script?.body ?? []).toString()).toMatch(/^\/\*!.*Preact, MIT.*csv-parse, MIT/);
  });
});

test('a file of a kind that the page does not have is refused', () => {
  expect(() => pageFile('app.exe', new Uint8Array())).toThrow('app.exe');
});
