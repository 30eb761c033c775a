import { describe, expect, test } from '@jest/globals';
import { open, picture, showsSoMany } from './browser.ts';
import {
  browser,
  buffers,
  confirm,
  gone,
  grouped,
  items,
  job,
  keyed,
  page,
  plain,
  shown,
  stack,
} from './operator-page.ts';

/** What an operator does all day, on a running stack. */
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
    await shown(page.getByText('Flushed at most 6 items as 1 job.'));
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
