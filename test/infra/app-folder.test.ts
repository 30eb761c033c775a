import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appFolder } from '../../infra/bundling/app-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'cistern-monorepo-'));
const shop = join(root, 'packages/shop');
beforeAll(() => {
  mkdirSync(join(shop, 'lib'), { recursive: true });
  writeFileSync(join(shop, 'cdk.json'), '{}');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The stack of an error in a construct that a file makes. */
const madeIn = (file: string): string =>
  `Error
    at new Cistern (${join(root, 'node_modules/cistern/dist/cjs/infra/cistern.js')}:40:1)
    at new ShopStack (${file}:12:3)
    at node:internal/modules/run_main:123:12`;

describe('the CDK app’s folder', () => {
  test('is the working directory where that has cdk.json', () => {
    expect(appFolder(madeIn(join(root, 'elsewhere/stack.ts')), shop)).toBe(shop);
  });

  test('is the folder above the construct’s file that has cdk.json, where a monorepo’s tests are run from its root', () => {
    expect(appFolder(madeIn(join(shop, 'lib/stack.ts')), root)).toBe(shop);
    expect(appFolder(madeIn(pathToFileURL(join(shop, 'lib/stack.ts')).href), root)).toBe(shop);
  });

  test('is the working directory where no cdk.json is found', () => {
    expect(appFolder(madeIn(join(root, 'elsewhere/stack.ts')), root)).toBe(root);
    expect(appFolder('', root)).toBe(root);
  });
});
