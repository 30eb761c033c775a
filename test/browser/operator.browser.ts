import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { BROWSER_BATCHES, type BrowserStack } from '../support/dashboard/browser-stack.ts';
import { startBrowserStack } from '../support/dashboard/start-browser-stack.ts';
import { launch, open, picture, showsSoMany } from './browser.ts';

/** What an operator does all day, on a running stack. */
const { plain, grouped, keyed } = BROWSER_BATCHES;

let browser: Browser;
let stack: BrowserStack;
let page: Page;
let errors: string[];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  stack = await startBrowserStack();
  ({ page, errors } = await open(browser, stack.dashboard));
  await page.getByRole('link', { name: plain.name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: plain.name }).waitFor();
});
afterEach(async () => {
  await page.context().close();
  await stack.stop();
  expect(errors).toEqual([]);
});

const items = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const buffers = () => page.getByRole('region', { name: 'Buffers' });
const job = (status: string) => page.getByRole('table', { name: /^Jobs/ }).getByRole('row', { name: status });
const shown = (locator: Locator) => locator.first().waitFor();
const gone = (locator: Locator) => locator.first().waitFor({ state: 'detached' });

/** Presses a button, and the one that says so in the question that comes. */
async function confirm(button: string, answer = button): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).click();
  await gone(page.getByRole('dialog'));
}

describe('a batch', () => {
  test('fills before one’s eyes, flushes, shows its progress and completes', async () => {
    stack.handler.hold();
    await stack.add(plain.name, items(3));
    await shown(buffers().getByText('3 / 10'));
    expect(await buffers().getByRole('meter').getAttribute('aria-valuenow')).toBe('30');
    await stack.add(plain.name, items(3));
    await shown(buffers().getByText('6 / 10'));
    await picture(page, 'operator-buffer');

    await page.getByRole('button', { name: 'Flush', exact: true }).first().click();
    await picture(page, 'operator-flush');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await shown(buffers().getByText('6 / 10'));
    await confirm('Flush');
    await shown(page.getByText('Flushed 6 items as 1 job.'));
    await shown(buffers().getByText('Nothing is buffered'));

    await shown(job('Active'));
    await stack.handler.progress(40, 'loading <b>rows</b>');
    await shown(page.getByText('loading <b>rows</b>'));
    const bar = page.getByRole('progressbar', { name: 'Progress' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('40');
    await stack.handler.progress(80, 'almost');
    await shown(page.getByText('almost'));
    expect(await bar.getAttribute('aria-valuenow')).toBe('80');
    stack.handler.succeed({ rows: 6 });
    await shown(job('Completed'));

    await job('Completed').getByRole('link').click();
    await shown(page.getByText('"rows": 6'));
    await page.getByRole('button', { name: 'Show the items' }).click();
    await shown(page.getByText('{"n":2}'));
  });

  test('shows what is buffered, item by item, until it is flushed', async () => {
    await stack.add(plain.name, items(6));
    await buffers().getByRole('link', { name: 'Peek into all items' }).click();
    await shown(page.getByRole('heading', { level: 1, name: 'Buffered items' }));
    const peeked = page.getByRole('table', { name: 'Buffered items' }).getByRole('row');
    await shown(peeked.filter({ hasText: '{"n":5}' }));
    expect(await peeked.filter({ hasText: '{"n":5}' }).textContent()).toMatch(/^5.*s7 B/);
    await peeked.filter({ hasText: '{"n":5}' }).getByText('{"n":5}').click();
    await shown(peeked.filter({ hasText: '"n": 5' }));
    await picture(page, 'operator-peek');
    await confirm('Flush');
    await shown(page.getByText('Nothing is buffered'));
  });

  test('is sent items by hand and from a file, and leads to their jobs', async () => {
    const text = page.getByRole('textbox', { name: 'Items' });
    await page.getByRole('link', { name: 'Send', exact: true }).click();
    await text.fill('{"n": 1');
    await shown(page.getByRole('alert').getByText(/This is not JSON/));
    await text.fill('{"n": 12345678901234567890}');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await shown(page.getByRole('alert').getByText(/12345678901234567890/));
    await text.fill('[{"n":1},{"n":2}]');
    await page.getByRole('button', { name: 'Send 2 items' }).click();
    await shown(page.getByText('2 items accepted'));
    const file = (name: string, body: string) => ({
      ...{ name, mimeType: 'text/plain', buffer: Buffer.from(body) },
    });
    await page.getByLabel('Open a file').setInputFiles(file('rows.csv', 'n,name\r\n3,"a, b"\r\n4,c\r\n'));
    await page.getByRole('button', { name: 'Send 2 items' }).click();
    await shown(page.getByText('2 items accepted'));
    await picture(page, 'operator-send');
    const job = page.getByRole('list', { name: 'Jobs of these items' }).getByRole('link');
    await job.click();
    await shown(page.getByText(/is not flushed yet/));
    await stack.add(plain.name, items(6));
    await shown(page.getByRole('list', { name: 'Timeline of this job' }));
    await page.getByRole('button', { name: 'Show the items' }).click();
    await shown(page.getByText('{"n":"3","name":"a, b"}'));
  });

  test('pauses, keeps what comes, and resumes', async () => {
    await confirm('Pause');
    await shown(page.getByText('Nothing is flushed or run'));
    await stack.add(plain.name, items(12));
    await shown(buffers().getByText('12 / 10'));
    await page.getByRole('button', { name: 'Flush', exact: true }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Flush' }).click();
    await shown(page.getByRole('alert').getByText(/paused/));
    await page.keyboard.press('Escape');
    await gone(page.getByRole('dialog'));

    await page.getByRole('link', { name: 'Who did it' }).click();
    const actions = page.getByRole('table', { name: /^Actions/ }).getByRole('row');
    await shown(actions.filter({ hasText: 'pause' }));
    await picture(page, 'operator-actions');
    await page.goBack();

    await confirm('Resume');
    await shown(job('Completed'));
    await shown(buffers().getByText('2 / 10'));
    await gone(page.getByText('Nothing is flushed or run'));
  });

  test('drains: everything is flushed and run, and then it is paused', async () => {
    stack.handler.hold();
    await stack.add(plain.name, items(4));
    await shown(buffers().getByText('4 / 10'));
    await confirm('Drain');
    await shown(page.getByRole('status').filter({ hasText: 'Draining' }));
    await shown(job('Active'));
    stack.handler.succeed();
    await shown(page.getByRole('status').filter({ hasText: 'Drained' }));
    await shown(page.getByText('The batch is paused.'));
    await shown(page.getByRole('button', { name: 'Resume' }));
  });

  test('has a job that fails, retries and dies, and is redriven', async () => {
    stack.handler.fail('no <i>such</i> table');
    await stack.add(plain.name, items(10));
    await shown(job('Retrying').getByText(/again in/));
    await shown(job('Dead').getByText('TypeError: no <i>such</i> table'));
    await job('Dead').getByRole('link').first().click();
    await shown(page.getByText('attempt 2 of 2'));
    await shown(page.getByRole('table', { name: 'Items of this job' }).getByText('{"n":9}'));
    await picture(page, 'operator-dead');

    stack.handler.succeed();
    await confirm('Redrive');
    await shown(page.getByText('redriven once'));
    const log = page.getByRole('region', { name: 'Log lines' });
    await shown(log.getByRole('listitem').filter({ hasText: 'attempt 1' }));
    await shown(page.getByText('Completed'));
    await confirm('Purge');
    await shown(page.getByRole('heading', { level: 1, name: plain.name }));
    await shown(page.getByText('No jobs yet'));
  });

  test('has those jobs redriven and purged that are chosen, as far as it is not stopped', async () => {
    stack.handler.fail('no');
    await stack.add(plain.name, items(30));
    await shown(page.getByRole('button', { name: 'Redrive 3', exact: true }));
    await job('Dead').nth(0).getByRole('checkbox').check();
    await job('Dead').nth(1).getByRole('checkbox').check();
    await shown(page.getByText('2 jobs chosen'));
    await picture(page, 'operator-chosen');
    stack.handler.succeed();
    await confirm('Redrive the chosen jobs', 'Redrive');
    await shown(page.getByText('Redriving jobs: done 2 of 2'));
    await shown(job('Completed').nth(1));
    await showsSoMany(job('Dead'), 1);
    await page.getByRole('region', { name: 'Task' }).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('checkbox', { name: 'Choose all ended jobs of this page' }).check();
    await confirm('Purge the chosen jobs', 'Purge');
    await shown(page.getByText('Purging jobs: done 3 of 3'));
    await shown(page.getByText('No jobs yet'));
  });

  test('groups what its failures say, and redrives those that say one thing', async () => {
    stack.handler.fail('no order o-17');
    await stack.add(plain.name, items(20));
    await shown(page.getByRole('button', { name: 'Redrive 2', exact: true }));
    stack.handler.fail('closed');
    await stack.add(plain.name, items(10));
    await shown(page.getByRole('button', { name: 'Redrive 3', exact: true }));
    await page.getByRole('link', { name: 'All, by what they say' }).click();
    const group = page.getByRole('table', { name: /^Errors/ }).getByRole('row', { name: /no order …/ });
    await shown(group);
    await picture(page, 'operator-errors');
    expect(await group.getByRole('cell').allTextContents()).toEqual(expect.arrayContaining(['2', '20']));
    await group.getByRole('link').click();
    await page.getByRole('button', { name: 'Show the items' }).click();
    await shown(page.getByRole('table', { name: 'Items with this error' }).getByText('{"n":9}'));
    stack.handler.succeed();
    await confirm('Redrive 2 with TypeError: no order …', 'Redrive');
    await shown(page.getByText('Redriving jobs: done 2'));
    await shown(page.getByText('No job has this error any more'));
    await page.getByRole('link', { name: 'All errors' }).click();
    await shown(page.getByRole('table', { name: /^Errors/ }).getByRole('row', { name: /closed/ }));
  });

  test('has its jobs filtered by error, id and item, and redrives all that match', async () => {
    const filter = async (field: string, value: string) => {
      await page.getByRole('button', { name: 'Filter', exact: true }).first().click();
      await page.getByRole('textbox', { name: field, exact: true }).fill(value);
      await page.getByRole('textbox', { name: field, exact: true }).press('Enter');
    };
    stack.handler.fail('no table');
    await stack.add(plain.name, items(20));
    await shown(page.getByRole('button', { name: 'Redrive 2', exact: true }));
    stack.handler.fail('no room');
    await stack.add(plain.name, [{ name: 'Needle' }, ...items(9)] as { group?: string }[]);
    await shown(page.getByRole('button', { name: 'Redrive 3', exact: true }));

    await filter('Item', 'needle');
    await shown(page.getByText('Looked into 3 of 3 jobs'));
    await showsSoMany(job('Dead'), 1);
    await picture(page, 'operator-filter');
    await job('Dead').getByRole('link').first().click();
    const found = page.getByRole('table', { name: 'Items of this job' }).getByRole('row');
    await shown(found.filter({ hasText: 'Needle' }));
    await showsSoMany(found, 2);
    await page.goBack();
    await page.getByRole('link', { name: 'Remove the filter Item' }).click();

    await filter('Error', 'NO TABLE');
    await gone(job('no room'));
    expect(page.url()).toContain('error=NO+TABLE');
    await page.reload();
    await shown(job('no table'));
    await showsSoMany(job('Dead'), 2);
    stack.handler.succeed();
    await confirm('Redrive all that match', 'Redrive all');
    await shown(page.getByText('Redriving jobs: done 2'));
    await page.getByRole('link', { name: 'Clear' }).click();
    await shown(job('Completed').nth(1));
    await showsSoMany(job('Dead'), 1);
  });

  test('redrives all its dead jobs at once', async () => {
    stack.handler.fail('no');
    await stack.add(plain.name, items(30));
    await shown(page.getByRole('button', { name: 'Redrive 3', exact: true }));
    stack.handler.succeed();
    await confirm('Redrive 3', 'Redrive all');
    await shown(page.getByText('Redrove 3 jobs.'));
    await gone(page.getByRole('button', { name: /^Redrive/ }));
  });
});

test('a live tail tells what is flushed, fails and ends, as it happens', async () => {
  await page.getByRole('link', { name: 'Live tail' }).first().click();
  await shown(page.getByText('Nothing has happened yet'));
  stack.handler.fail('no <i>such</i> table');
  await stack.add(plain.name, items(10));
  const lines = page.getByRole('log', { name: 'Events' }).getByRole('listitem');
  await shown(lines.filter({ hasText: /flushed.*10 items, when it was full/ }));
  await shown(lines.filter({ hasText: /attempt failed.*TypeError: no <i>such<\/i> table/ }));
  await shown(lines.filter({ hasText: /dead.*TypeError/ }));
  await stack.add(
    grouped.name,
    ['a', 'a', 'a', 'a'].map(group => ({ group })),
  );
  await shown(lines.filter({ hasText: /completed.*a:b\._c-1a4 items in/ }));
  await picture(page, 'operator-tail');
  await page.getByRole('button', { name: 'Failures' }).click();
  await showsSoMany(lines, 3);
  await page.getByRole('button', { name: 'Hold' }).click();
  await page.getByRole('button', { name: 'Clear' }).click();
  await showsSoMany(lines, 3);
  await lines.filter({ hasText: 'dead' }).getByRole('link').first().click();
  await shown(page.getByRole('heading', { level: 1, name: /^Job/ }));
});

test('groups of any name are flushed one by one', async () => {
  const names = ['<img src=x onerror=alert(1)>', '__proto__', '', '日本 🚰', `long${'x'.repeat(900)}`];
  await stack.add(
    grouped.name,
    names.map(group => ({ group })),
  );
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Batches' }).click();
  await page.getByRole('link', { name: grouped.name, exact: true }).click();
  for (const name of names) await shown(buffers().getByText(name || '(empty)', { exact: true }));
  expect(await page.locator('main img').count()).toBe(0);
  await confirm('Flush __proto__', 'Flush');
  await gone(buffers().getByText('__proto__'));
  await shown(buffers().getByText(names[0] ?? '', { exact: true }));
  await page.getByRole('link', { name: names[0] ?? '', exact: true }).click();
  await shown(page.getByRole('link', { name: 'Remove the filter Group' }));
  await shown(page.getByText('No jobs yet'));
});

test('an item is found by its dedup key, before its window is flushed and after', async () => {
  const ids = ['c1', 'c2', 'c3'];
  await stack.add(
    keyed.name,
    ids.map(id => ({ group: 'g', id })),
  );
  const search = page.getByRole('searchbox');
  await search.fill('c3');
  await search.press('Enter');
  await page.getByRole('link', { name: `Look in ${keyed.name}` }).click();
  await page.getByRole('textbox', { name: 'Group' }).fill('g');
  await page.getByRole('textbox', { name: 'Group' }).press('Enter');
  const places = page.getByRole('table', { name: 'Where the item is' }).getByRole('row');
  await shown(places.filter({ hasText: 'buffered, not flushed yet' }));
  await page.getByRole('textbox', { name: 'Key' }).fill('c2');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await shown(places.filter({ hasText: 'in this job' }));
  await picture(page, 'operator-item');
  await places.getByRole('link').click();
  await shown(page.getByRole('table', { name: 'Items of this job' }).getByText('"id":"c2"'));
  await page.goBack();
  await page.getByRole('textbox', { name: 'Key' }).fill('c9');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await shown(page.getByText('No item with this key'));
});

test('the whole of it is used by keyboard', async () => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await shown(page.getByText('New items are refused.'));
  const focused = await page.evaluate<string>('document.activeElement.tagName');
  expect(['BUTTON', 'MAIN', 'BODY']).toContain(focused);
});

test('a lost connection is seen, and its end', async () => {
  await shown(page.getByText('Live', { exact: true }));
  await stack.interrupt();
  await shown(page.getByRole('alert').getByText('Connection lost.'));
  await picture(page, 'operator-lost');
  await stack.restore();
  await gone(page.getByText('Connection lost.'));
  await shown(page.getByText('Live', { exact: true }));
});

test('without the token there is nothing to see, and it says what to do', async () => {
  const stranger = await open(browser, stack.dashboard.replace(/#.*/, '#token=wrong'));
  await stranger.page.getByText('This page may not speak to its server').waitFor();
  await picture(stranger.page, 'operator-refused');
  // the right address, in the same tab
  await stranger.page.goto(stack.dashboard);
  await stranger.page.getByRole('link', { name: plain.name, exact: true }).waitFor();
  expect(stranger.page.url()).not.toContain('token');
  await stranger.page.context().close();
});
