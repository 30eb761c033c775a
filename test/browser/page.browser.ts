import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { serveGallery } from '../support/dashboard/serve-gallery.ts';
import { launch, open, picture, showsSoMany } from './browser.ts';

/** How the page behaves, whatever it shows. */
let browser: Browser;
let gallery: Awaited<ReturnType<typeof serveGallery>>;
let page: Page;
let errors: string[];
let asked: string[];

beforeAll(async () => {
  [browser, gallery] = await Promise.all([launch(), serveGallery()]);
});
afterAll(async () => {
  await browser?.close();
  await gallery?.close();
});
beforeEach(async () => {
  ({ page, errors } = await open(browser, gallery.url));
  asked = [];
  page.on('request', request => {
    asked.push(new URL(request.url()).pathname.replace('/dashboard/', ''));
  });
  await page.getByRole('heading', { level: 1, name: 'Batches' }).waitFor();
});
afterEach(async () => {
  await page.context().close();
  expect(errors).toEqual([]);
});

const goTo = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
/** What is asked of the API until so many requests are through. */
async function next(requests: number): Promise<string[]> {
  asked.length = 0;
  while (asked.length < requests) await page.waitForRequest(/\/v1\//);
  return [...new Set(asked)].sort();
}

test('asks for what it shows, and for nothing else', async () => {
  expect(await next(2)).toEqual(['v1/batches']);
  await goTo('#/batches/clicks');
  await page.getByRole('heading', { level: 1, name: 'clicks' }).waitFor();
  await page.getByRole('table', { name: /^Jobs/ }).waitFor();
  expect(await next(7)).toEqual(['v1/batches/clicks', 'v1/batches/clicks/groups', 'v1/batches/clicks/jobs']);
  await page
    .getByRole('table', { name: /^Jobs/ })
    .getByRole('row', { name: 'Active' })
    .first()
    .getByRole('link')
    .click();
  await page.getByRole('heading', { level: 1, name: /^Job/ }).waitFor();
  expect(await next(4)).toEqual([
    expect.stringMatching(/^v1\/jobs\/[\w-]+$/),
    expect.stringMatching(/^v1\/jobs\/[\w-]+\/log$/),
  ]);
});

test('asks for nothing while nobody looks at it, and again when somebody does', async () => {
  const hide = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { get: () => ${hidden}, configurable: true });
       document.dispatchEvent(new Event('visibilitychange'));`,
    );
  await hide(true);
  await page.waitForTimeout(1_500);
  asked.length = 0;
  await page.waitForTimeout(2_500);
  expect(asked).toEqual([]);
  const seen = page.waitForRequest(/v1\/batches$/, { timeout: 5_000 });
  await hide(false);
  await seen;
});

test('keeps the look that was chosen', async () => {
  const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
  const light = await ground();
  await page.getByRole('button', { name: /^Theme: auto/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  expect(await ground()).toBe(dark);
});

test('is where it was after a reload, a link and the way back', async () => {
  await page.getByRole('link', { name: 'clicks', exact: true }).click();
  await page.getByRole('link', { name: /^Dead/ }).click();
  await page.reload();
  await page.getByRole('link', { name: /^Dead/, disabled: false }).waitFor();
  expect(await page.locator('[aria-current]').textContent()).toMatch(/^Dead/);
  await page.goBack();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Batches' }).waitFor();
});

test('moves the focus to a new view, and skips to the content', async () => {
  const focused = () => page.evaluate<string>('document.activeElement.tagName');
  await page.getByRole('link', { name: 'clicks', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'clicks' }).waitFor();
  expect(await focused()).toBe('MAIN');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'clicks' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('MAIN');
});

test('reads the chart minute by minute with the arrow keys', async () => {
  const slider = page.getByRole('slider', { name: 'Minute' });
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(
    /^\d\d:\d\d · added [\d,]+ · flushed [\d,]+ · completed [\d,]+ · failed [\d,]+$/,
  );
  expect(await page.locator('.chart-says').textContent()).toBe(await slider.getAttribute('aria-valuetext'));
  await page.getByText('As a table').click();
  const rows = page.locator('.chart-table tbody tr');
  await showsSoMany(rows, 60);
});

test('is driven by single keys, which can be turned off', async () => {
  const focused = () =>
    page.evaluate<string>('document.activeElement.textContent || document.activeElement.id');
  await page.keyboard.press('j');
  expect(await focused()).toBe('clicks');
  await page.keyboard.press('j');
  expect(await focused()).toBe('emails');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: /^Jobs/ }).waitFor();
  await page.getByRole('row', { name: /Dead/ }).getByRole('link').first().focus();
  await page.keyboard.press('x');
  await page.getByText('1 job chosen').waitFor();
  await page.keyboard.press('r');
  await page.getByRole('dialog').getByText('Redrive this job?').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await picture(page, 'page-keys');
  await page.getByRole('checkbox', { name: 'Use these keys' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('u');
  await page.keyboard.press('/');
  expect(await focused()).not.toBe('search');
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('checkbox', { name: 'Use these keys' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  expect(await focused()).toBe('search');
  await page.keyboard.type('u');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1, name: 'clicks' }).focus();
  await page.locator('main').focus();
  await page.keyboard.press('u');
  await page.getByRole('heading', { level: 1, name: 'Batches' }).waitFor();
});

test('finds batches and groups by name and jobs by a part of their id', async () => {
  const search = page.getByRole('searchbox');
  await search.fill('EMAIL');
  await search.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'emails' }).waitFor();
  await search.fill('example.com');
  await search.press('Enter');
  await page.getByRole('link', { name: 'docs.example.com' }).waitFor();
  await search.fill('0679');
  await search.press('Enter');
  await page.getByRole('table', { name: /^Jobs/ }).getByRole('row', { name: /Dead/ }).first().waitFor();
  await picture(page, 'page-find');
  await search.fill('zzz');
  await search.press('Enter');
  await page.getByText('Nothing was found').waitFor();
});

test('a server that takes no changes is asked for none', async () => {
  const watched = await serveGallery({ readOnly: true });
  const other = await open(browser, watched.url);
  await other.page.getByText('Read-only', { exact: true }).waitFor();
  await other.page.getByRole('link', { name: 'clicks', exact: true }).click();
  await other.page.getByRole('table', { name: /^Jobs/ }).waitFor();
  expect(await other.page.getByRole('button', { name: /Flush|Pause|Drain|Redrive|Purge/ }).count()).toBe(0);
  expect(await other.page.getByRole('link', { name: 'Send', exact: true }).count()).toBe(0);
  expect(await other.page.getByRole('table', { name: /^Jobs/ }).getByRole('checkbox').count()).toBe(0);
  await other.page.context().close();
  await watched.close();
});

test('charts an hour, a day and a week, as the address says', async () => {
  await goTo('#/batches/clicks');
  await page.getByRole('link', { name: 'More charts' }).click();
  const times = page.getByRole('region', { name: 'Lateness and duration' });
  await times.getByRole('img', { name: 'Lateness and duration, last hour' }).waitFor();
  await page.getByRole('button', { name: 'Last week' }).click();
  await times.getByRole('img', { name: 'Lateness and duration, last week' }).waitFor();
  await page.reload();
  await page.getByText('worked out from the latest jobs, not all of them').waitFor();
  const slider = times.getByRole('slider', { name: 'Time' });
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(
    /^\d+ \w{3}, \d\d:\d\d · lateness p50 \d+ ms, p99 \d+ ms · duration p50 [\d.]+ m?s, p99 [\d.]+ m?s$/,
  );
  await times.getByText('As a table').click();
  const hours = times.locator('tbody tr');
  await showsSoMany(hours, 168);
});

test('asks for an item by its schema, field by field, and sends its numbers as they are written', async () => {
  await goTo('#/batches/clicks/send');
  const form = page.getByRole('form', { name: 'One item' });
  await form.getByLabel('id', { exact: true }).fill('c1');
  await form.getByLabel('at', { exact: true }).fill('1.5');
  await form.getByRole('button', { name: 'Send this item' }).click();
  expect(await form.locator(':invalid').count()).toBe(1);
  await form.getByLabel('at', { exact: true }).fill('12345678901234567890');
  await form.getByLabel('mobile').check();
  await form.getByLabel('path').fill('["/shop"]');
  const sent = page.waitForRequest(/\/items$/);
  await form.getByRole('button', { name: 'Send this item' }).click();
  expect((await sent).postData()).toBe(
    '{"items":[{"id":"c1","site":"","at":12345678901234567890,"mobile":true,"path":["/shop"]}]}',
  );
  await page.getByText('1 item accepted').waitFor();
});

test('says that there is no such page, batch or job', async () => {
  await goTo('#/nothing/here');
  await page.getByText('There is no such page').waitFor();
  await goTo('#/jobs/none');
  await page.getByText('There is no such job.').waitFor();
  await page.getByRole('link', { name: 'All batches' }).click();
  await page.getByRole('heading', { level: 1, name: 'Batches' }).waitFor();
});
