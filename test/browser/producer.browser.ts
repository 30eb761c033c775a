import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Local, startLocal } from 'cistern/local';
import type { Browser, Page } from 'playwright-core';
import { serveFetch } from '../support/dashboard/serve-fetch.ts';
import { launch, open } from './browser.ts';

/** The sample page, on an origin of its own, before the local stack with the sample's definitions. */
const SAMPLE = join(import.meta.dirname, '../../examples/browser-producer');
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' };

let browser: Browser;
let site: Awaited<ReturnType<typeof serveFetch>>;
let local: Local;
let page: Page;
let errors: string[];
/** Where the page believes the API to be. */
let api: string;

beforeAll(async () => {
  browser = await launch();
  site = await serveFetch(async request => {
    const { pathname } = new URL(request.url);
    if (pathname === '/config.json') return Response.json({ api });
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (!/^[\w-]+\.(html|js)$/.test(name)) return new Response(null, { status: 404 });
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? '';
    return new Response(await readFile(join(SAMPLE, 'page', name)), { headers: { 'content-type': type } });
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const origin = () => `http://127.0.0.1:${site.port}`;

async function start(cors: readonly string[]): Promise<void> {
  local = await startLocal({ batches: join(SAMPLE, 'batches/index.ts'), port: 0, cors });
  api = local.url;
  ({ page, errors } = await open(browser, origin()));
}

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(async () => {
  await page.context().close();
  await local.stop();
  jest.restoreAllMocks();
});

const told = async (text: string) => {
  await page.getByRole('status').getByText(text).waitFor();
};
const click = (name: string) => page.getByRole('button', { name }).click();

describe('a web page of another origin', () => {
  test('adds by the sample’s script, and each click is in one batch', async () => {
    await start([origin()]);
    for (const name of ['Red', 'Red', 'Blue']) {
      await click(name);
      await told('Stored.');
    }
    await local.flush();
    await local.idle();
    const jobs = await local.jobs('clicks');
    expect(jobs.map(({ group, counts }) => [group, counts.slots]).sort()).toEqual([
      ['blue', 1],
      ['red', 2],
    ]);
    expect(errors).toEqual([]);
  });

  test('sends again what had no answer, and it is counted once', async () => {
    await start([origin()]);
    // the request arrives and is stored; the page never hears of it
    let lost = 0;
    await page.route('**/items', async route => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await click('Red');
    await told('Not sent yet. The page tries again.');
    const again = page.waitForResponse(response => response.url().endsWith('/items') && response.ok());
    const answer = (await (await again).json()) as { accepted: number; duplicates: number };
    expect(answer).toMatchObject({ accepted: 0, duplicates: 1 });
    await local.flush();
    await local.idle();
    expect((await local.jobs('clicks')).map(({ counts }) => counts.slots)).toEqual([1]);
  });

  test('tells its reader what was refused', async () => {
    await start([origin()]);
    await page.evaluate(`document.querySelector('[data-click]').dataset.click = 'x'.repeat(101)`);
    await click('Red');
    await told('Refused: batch.group_key_invalid');
    await local.idle();
    expect(await local.jobs('clicks')).toEqual([]);
  });

  test('sends what it has when it is left', async () => {
    await start([origin()]);
    await click('Red');
    await told('Stored.');
    await page.evaluate(`(async () => {
      const { createProducer } = await import('${origin()}/producer.js');
      const producer = createProducer({ api: '${api}', batch: 'clicks', waitMs: 60_000 });
      producer.add({ id: 'last', button: 'red', at: 1 });
    })()`);
    await page.goto('about:blank');
    await expect(buffered('red', 2)).resolves.toBe(2);
  });

  test('gets nothing that operators do, though its origin is let in', async () => {
    await start([origin()]);
    const asked = await page.evaluate(async api => {
      const ask = async (path: string, init: RequestInit = {}) =>
        fetch(`${api}${path}`, init).then(
          ({ status }) => status,
          () => 'refused',
        );
      return [
        await ask('/health'),
        await ask('/v1/batches'),
        await ask('/v1/batches/clicks/pause', { method: 'POST' }),
      ];
    }, api);
    expect(asked).toEqual([200, 404, 404]);
    expect((await (await fetch(`${api}/v1/batches/clicks`)).json()) as object).toMatchObject({
      paused: false,
    });
  });

  test('gets nothing at all where its origin is not let in', async () => {
    await start(['http://localhost:5173']);
    await click('Red');
    await told('Not sent yet. The page tries again.');
    expect(await buffered('red')).toBe(0);
  });
});

/** How much is buffered, as soon as it is so much: a page that is left waits for no answer. */
async function buffered(group: string, expected = 0): Promise<number> {
  for (let looks = 0; ; looks++) {
    const answer = await fetch(`${api}/v1/batches/clicks/buffer?group=${group}`);
    const { buffered: count } = (await answer.json()) as { buffered: number };
    if (count >= expected || looks === 20) return count;
    await page.waitForTimeout(50);
  }
}
