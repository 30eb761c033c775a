import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { BROWSER_BATCHES, type BrowserStack } from '../support/dashboard/browser-stack.ts';
import { startBrowserStack } from '../support/dashboard/start-browser-stack.ts';
import { launch, open } from './browser.ts';

/** A running stack, and its dashboard at the page of a batch: both anew for each test. */
export const { plain, grouped, keyed } = BROWSER_BATCHES;

export let browser: Browser;
export let stack: BrowserStack;
export let page: Page;
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

export const items = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
export const buffers = () => page.getByRole('region', { name: 'Buffers' });
export const job = (status: string) =>
  page.getByRole('table', { name: /^Jobs/ }).getByRole('row', { name: status });
export const shown = (locator: Locator) => locator.first().waitFor();
export const gone = (locator: Locator) => locator.first().waitFor({ state: 'detached' });

/** Presses a button, and the one that says so in the question that comes. */
export async function confirm(button: string, answer = button): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).click();
  await gone(page.getByRole('dialog'));
}
