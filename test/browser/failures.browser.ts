import { describe, expect, test } from '@jest/globals';
import { picture, showsSoMany } from './browser.ts';
import { confirm, gone, items, job, page, plain, shown, stack } from './operator-page.ts';

/** What an operator does with jobs that have failed, on a running stack. */
describe('a batch', () => {
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
