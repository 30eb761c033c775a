import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { until } from '../support/until.ts';

const OUTPUT = join(import.meta.dirname, 'output');

/** The system's own Chromium; `CHROMIUM` names another one. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const PHONE: BrowserContextOptions = {
  ...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** A page at an address, and everything that went wrong in it. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = DESKTOP,
): Promise<{ readonly page: Page; readonly errors: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => {
    // what the API refuses, and that it does not answer, the browser logs by itself
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      errors.push(message.text());
    }
  });
  await page.goto(url);
  return { page, errors };
}

/** Waits until so many are shown: the page shows what it has asked for when the answer is there. */
export const showsSoMany = (locator: Locator, count: number): Promise<void> =>
  until(`${count} of ${String(locator)} are shown`, async () => (await locator.count()) === count, 20_000);

/** Keeps a picture of the page for people to look at: `output/<name>.png`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${name}.png`), fullPage: true });
}

/** What a page has against people who do not see it, or not well, by the rules of WCAG 2.2 AA. */
export async function violations(page: Page): Promise<string[]> {
  // evaluated, not put into the page: its policy lets no other script in
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`axe
    .run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target + ' ' + failureSummary)))`);
}
