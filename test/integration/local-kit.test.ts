import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { type Local, type LocalOptions, startLocal } from 'cistern/local';
import { gate } from '../support/gate.ts';

const HOUR_MS = 3_600_000;
const OPTIONS = { maxSize: 100, maxWaitMs: HOUR_MS };

interface Item {
  readonly id: number;
}

const started: Local[] = [];
async function start(
  handler: BatchOptions<Item>['handler'],
  options: Partial<BatchOptions<Item>> = {},
  more: Partial<LocalOptions> = {},
) {
  const items = batch<Item>({ ...OPTIONS, name: 'items', ...options, handler });
  const local = await startLocal({ batches: [items], port: 0, ...more });
  started.push(local);
  return { items, local };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(local => local.stop({ timeoutMs: 0 }).catch(() => {})));
});

describe('the testing kit', () => {
  // the first test: the stack's own modules are loaded with the first start
  test('goes on in real time where timers are faked, also before its first start, and says so', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    jest.useFakeTimers();
    try {
      let runs = 0;
      const { items, local } = await start(() => void runs++);
      await items.add({ id: 1 });
      await local.advance(HOUR_MS);
      await local.idle();
      await local.stop();
      expect(runs).toBe(1);
      expect(warned).toHaveBeenCalledWith(expect.stringContaining('local.advance(ms)'), expect.anything());
    } finally {
      jest.useRealTimers();
      warned.mockRestore();
    }
  });

  test('flush() and idle() bring what was added through its handler', async () => {
    const seen: number[] = [];
    const { items, local } = await start(({ batch: given }) => void seen.push(...given.map(({ id }) => id)));
    await items.addBulk([{ id: 1 }, { id: 2 }]);
    await local.flush();
    await local.idle();
    expect(seen).toEqual([1, 2]);
    expect(await local.jobs()).toMatchObject([{ batch: 'items', status: 'completed', counts: { items: 2 } }]);
    expect(await local.jobs('none')).toEqual([]);
  });

  test('idle() waits for what is in memory, and for handlers that run', async () => {
    const ended: number[] = [];
    const { items, local } = await start(
      async ({ batch: given }) => {
        await new Promise(resolve => setTimeout(resolve, 30));
        ended.push(...given.map(({ id }) => id));
      },
      { persist: false, maxWaitMs: 20 },
    );
    await items.add({ id: 1 });
    await local.idle();
    expect(ended).toEqual([1]);
  });

  test('idle() says what is left when it has waited long enough', async () => {
    const { items, local } = await start(() => {}, { groupBy: ({ id }) => `group ${id}` });
    await items.add({ id: 7 });
    await expect(local.idle({ timeoutMs: 20 })).rejects.toMatchObject({
      code: 'local.not_idle',
      message: expect.stringContaining('items (group "group 7") has items buffered'),
    });
  });

  test('advance() brings a deadline and every retry, without waiting', async () => {
    const attempts: number[] = [];
    const { items, local } = await start(
      ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 4) throw new Error('not yet');
      },
      { retries: { max: 3, strategy: 'fixed', baseDelay: 600_000 } },
    );
    const began = Date.now();
    await items.add({ id: 1 });
    await local.advance(HOUR_MS - 60_000);
    expect(attempts).toEqual([]);
    await local.advance(HOUR_MS);
    await local.idle();
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(await local.jobs()).toMatchObject([{ status: 'completed', attempt: 4 }]);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test('is quiet, unless it is told where to write', async () => {
    const written = [
      jest.spyOn(console, 'log'),
      jest.spyOn(console, 'error'),
      jest.spyOn(process, 'emitWarning'),
    ];
    const lines: string[] = [];
    const handler: BatchOptions<Item>['handler'] = ({ log, attempt }) => {
      log.info('begun');
      if (attempt === 1) throw new Error('no');
    };
    const retries = { max: 1, baseDelay: 1 };
    for (const log of [undefined, (line: { message: string }) => void lines.push(line.message)]) {
      const { items, local } = await start(handler, { retries }, log ? { log } : {});
      await items.add({ id: 1 });
      await local.flush();
      await local.idle();
      await local.stop();
    }
    for (const spy of written) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
    expect(lines).toEqual(['begun', 'an attempt failed', 'begun']);
  });
});

test('items that are added one after the other leave timers and requests their turns', async () => {
  const { items, local } = await start(() => {});
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 20);
  const until = Date.now() + 5_000;
  while (!fired && Date.now() < until) await items.add({ id: 1 });
  expect(fired).toBe(true);
  await local.stop();
});

test.each([
  ['an object', { orders: {} }],
  ['undefined at 0', [undefined]],
  ['undefined', undefined],
])('batches that are %s are refused, and the error says what to write', async (got, batches) => {
  await expect(startLocal({ batches: batches as never, port: 0 })).rejects.toMatchObject({
    code: 'local.options_invalid',
    message: expect.stringContaining(`got ${got}. Write startLocal({ batches: [orders] }).`),
  });
});

test('a data directory and an emulator at the same time are refused', async () => {
  const endpoints = { dynamodb: 'http://127.0.0.1:1', sqs: 'http://127.0.0.1:1' };
  await expect(start(() => {}, {}, { dataDir: 'never-made', endpoints })).rejects.toMatchObject({
    code: 'local.options_invalid',
  });
});

describe('stop()', () => {
  test('aborts handlers that have not returned in time, and waits for them to do so', async () => {
    const begun = gate();
    const reasons: unknown[] = [];
    const { items, local } = await start(async ({ signal }) => {
      begun.open();
      await new Promise(resolve => signal.addEventListener('abort', resolve));
      reasons.push(signal.reason);
    });
    await items.add({ id: 1 });
    await local.flush();
    await begun.opened;
    await local.stop({ timeoutMs: 10 });
    expect(reasons).toEqual([expect.objectContaining({ message: 'This process is about to end.' })]);
  });

  test('names the handlers that do not return even then, and is over all the same', async () => {
    const begun = gate();
    const { items, local } = await start(async () => {
      begun.open();
      await new Promise(() => {});
    });
    const { job } = await items.add({ id: 1 });
    await local.flush();
    await begun.opened;
    const error = { code: 'local.stop_timed_out', details: { running: [{ batch: 'items', job }] } };
    await expect(local.stop({ timeoutMs: 10 })).rejects.toMatchObject(error);
    await expect(fetch(local.url)).rejects.toThrow();
  });

  test('can be called twice at once, and again', async () => {
    const { local } = await start(() => {});
    await Promise.all([local.stop(), local.stop()]);
    await local.stop();
  });

  test('waits for adds that nobody has awaited, also of what is in memory alone', async () => {
    for (const persist of [true, false]) {
      const seen: number[] = [];
      const { items, local } = await start(
        ({ batch: given }) => void seen.push(...given.map(({ id }) => id)),
        {
          persist,
          maxSize: 3,
        },
      );
      const adds = [1, 2, 3].map(id => items.add({ id }));
      await local.stop();
      await Promise.all(adds);
      expect(seen.sort()).toEqual([1, 2, 3]);
    }
  });

  test('leaves nothing that keeps the process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
    const before = timers();
    const { items, local } = await start(() => {}, { maxWaitMs: 1_000 });
    await items.add({ id: 1 });
    await local.stop();
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
