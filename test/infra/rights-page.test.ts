import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rightsPage } from '../../infra/rights-page/rights-page.ts';
import { ROOT } from './synthesise.ts';

test('docs/rights.md is as `npm run docs:rights` writes it', () => {
  expect(readFileSync(join(ROOT, 'docs/rights.md'), 'utf8')).toBe(rightsPage());
});
