import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { serveGallery } from '../support/dashboard/serve-gallery.ts';
import { DESKTOP, launch, open, PHONE, picture, violations } from './browser.ts';

/** Pictures of all that there is to see, and what no look may break: nothing runs out of its page, nothing is HTML. */
let browser: Browser;
let gallery: Awaited<ReturnType<typeof serveGallery>>;

beforeAll(async () => {
  gallery = await serveGallery();
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await gallery?.close();
});

const JOB = (n: number) => `#/jobs/0193a7c2-5b1e-7c3d-9f10-ab34cd56${String(n * 97).padStart(4, '0')}`;
const VIEWS: [string, string, string][] = [
  ['overview', '#/', 'Batches'],
  ['batch', '#/batches/clicks', 'clicks'],
  ['batch-dead', '#/batches/clicks?status=dead', 'clicks'],
  ['batch-paused', '#/batches/invoices%3Aeu', 'invoices:eu'],
  ['batch-draining', '#/batches/audit-log', 'audit-log'],
  ['peek', '#/batches/clicks/peek?group=example.com', 'example.com'],
  ['send', '#/batches/clicks/send', 'Send items'],
  ['errors', '#/batches/clicks/errors', 'Errors'],
  [
    'errors-one',
    `#/batches/clicks/errors?error=${encodeURIComponent('TypeError: Cannot read properties of undefined (reading "site")\n    at insert (handlers/clicks.ts:…)')}`,
    'Errors',
  ],
  ['charts', '#/batches/clicks/charts', 'Charts'],
  ['item', '#/batches/clicks/item?item=c17&group=example.com', 'Find an item'],
  ['charts-day', '#/batches/clicks/charts?span=day', 'Charts'],
  ['charts-week', '#/batches/clicks/charts?span=week', 'Charts'],
  ['tail', '#/tail', 'Live tail'],
  ['actions', '#/actions', 'Actions'],
  ['find', '#/find?text=0679', 'Find'],
  ['job-dead', JOB(7), 'Job'],
  ['job-log-deployed', JOB(8), 'Job'],
  ['job-running', JOB(1), 'Job'],
  ['job-completed', JOB(9), 'Job'],
];
const LOOKS: [string, BrowserContextOptions][] = [
  ['light', { ...DESKTOP, colorScheme: 'light' }],
  ['dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone', { ...PHONE, colorScheme: 'light' }],
];

describe.each(LOOKS)('%s', (look, options) => {
  test('every view', async () => {
    const { page, errors } = await open(browser, gallery.url, options);
    await page.getByRole('heading', { level: 1, name: 'Batches' }).waitFor();
    for (const [view, hash, heading] of VIEWS) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.locator('main:not(:has(.loading))').waitFor();
      await picture(page, `${view}-${look}`);
      const [content, window] = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect([view, content]).toEqual([view, window]);
      expect(await page.locator('main img').count()).toBe(0);
      expect([view, ...(await violations(page))]).toEqual([view]);
    }
    await page.goto(new URL('api', gallery.url).href);
    await page.getByRole('heading', { level: 1, name: 'The API' }).waitFor();
    await page.getByRole('link', { name: 'POST /v1/batches/{batch}/redrive' }).click();
    await picture(page, `api-${look}`);
    expect(await violations(page)).toEqual([]);
    const widths = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(widths[0]).toBe(widths[1]);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
