import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type BatchEvent, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Background } from '#lib/deployment/background';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import { lateTracing } from '#lib/telemetry/late-tracing';
import type { Tracing } from '#lib/telemetry/tracing';
import { memoryDeployment } from '../support/memory-deployment.ts';
import { testClock } from '../support/test-clock.ts';

const define = (change: object = {}): Definition =>
  batch<unknown>({ name: 'law', maxSize: 2, maxWaitMs: 60_000, handler: () => {}, ...change }) as never;

/** What never answers. */
const hangs = () => new Promise<never>(() => {});
/** Far above the bound of half a second, so that a busy machine is not taken for one that hangs. */
const BOUNDED_MS = 20_000;

async function took(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

/** Queues that never answer, until they are mended. */
function hanging(change: object = {}) {
  const warnings: string[] = [];
  const world = memoryDeployment({ warn: message => void warnings.push(message), ...change });
  const { sendJob, sendTimer, sendDead } = world.queues;
  Object.assign(world.queues, { sendJob: hangs, sendTimer: hangs, sendDead: hangs });
  const mend = () => Object.assign(world.queues, { sendJob, sendTimer, sendDead });
  return { ...world, warnings, mend };
}

describe('while SQS does not answer', () => {
  test.each<[string, unknown[], object]>([
    ['opens a window', [1], {}],
    ['fills a window', [1, 2], {}],
    ['fills many, with maxBytes', Array.from({ length: 12 }, () => 'x'.repeat(8)), { maxBytes: 20 }],
    ['fills many, with dedup keys', [1, 2, 3, 4, 5], { deduplicateBy: (item: unknown) => `${item}` }],
    ['is urgent', [1], { urgent: () => true }],
  ])('an add that %s is acknowledged all the same', async (_, items, change) => {
    const { deployment } = hanging();
    const adding = deployment.add(define(change), items);
    expect(await took(adding)).toBeLessThan(BOUNDED_MS);
    expect(await adding).toHaveLength(items.length);
  });

  test('a hundred adds one after the other into one buffer do not wait for each other', async () => {
    const { deployment } = hanging();
    const definition = define();
    const adding = Promise.all(Array.from({ length: 100 }, (_, n) => deployment.add(definition, [n])));
    expect(await took(adding)).toBeLessThan(BOUNDED_MS);
  });

  test('what an add has filled is published by the ticker when SQS is back', async () => {
    const world = hanging();
    await world.deployment.add(define(), [1, 2]);
    expect(world.store.undiscoverable()).toEqual([]);
    world.mend();
    // the ticker leaves two seconds to others
    world.clock.advance(62_000);
    await runTicker(world.deployment.services, world.clock.now() + 10_000);
    expect(world.queues.jobs.length).toBeGreaterThan(0);
  });

  test('a job ends, and its onDead and the next in line are left to the ticker', async () => {
    const world = hanging();
    const failing = define({
      ordered: true,
      deadLetter: { enabled: true, onDead: () => {} },
      handler: () => {
        throw new Error('broken');
      },
    });
    world.mend();
    const [receipt] = await world.deployment.add(failing, [1, 2]);
    const message = world.queues.jobs[0]?.message ?? { job: '' };
    Object.assign(world.queues, { sendJob: hangs, sendDead: hangs });
    const running = runJob(world.deployment.services, failing, { message, receiptHandle: 'r' });
    expect(await took(running)).toBeLessThan(BOUNDED_MS);
    expect(world.store.allJobs().get(receipt?.job ?? '')).toMatchObject({ status: 'dead' });
  });
});

describe('while the bus does not answer', () => {
  test('neither an add nor the next one waits for it without bound', async () => {
    const { deployment } = memoryDeployment({ emit: hangs });
    const definition = define({ events: true });
    expect(await took(deployment.add(definition, [1, 2]))).toBeLessThan(BOUNDED_MS);
    expect(await took(deployment.add(definition, [1, 2]))).toBeLessThan(BOUNDED_MS);
  });

  test('a job ends all the same', async () => {
    const world = memoryDeployment({ emit: hangs });
    const definition = define({ events: true });
    await world.deployment.add(definition, [1, 2]);
    const message = world.queues.jobs[0]?.message ?? { job: '' };
    const running = runJob(world.deployment.services, definition, { message, receiptHandle: 'r' });
    expect(await took(running)).toBeLessThan(BOUNDED_MS);
    expect([...world.store.allJobs().values()]).toMatchObject([{ status: 'completed' }]);
  });

  test('an event that cannot be sent is told as lost, and whoever told of it is not failed', async () => {
    const warnings: string[] = [];
    const emit = async (_: BatchEvent) => {
      throw new Error('no bus');
    };
    const { deployment } = memoryDeployment({ emit, warn: message => void warnings.push(message) });
    await deployment.add(define({ events: true }), [1, 2]);
    await deployment.services.background.settled(1_000);
    expect(warnings).toEqual(['an event (Cistern Batch Sealed) was not sent, and is lost']);
  });
});

describe('a tracer that throws', () => {
  const throws = (): never => {
    throw new Error('of the tracer');
  };
  const span = { link: throws, given: throws, fail: throws };
  const thenThrow = async <T>(run: Promise<T>): Promise<T> => {
    await run.catch(() => {});
    return throws();
  };
  test.each<[string, Tracing]>([
    ['before the work', { adding: throws, running: throws }],
    [
      'after it, and with each word',
      {
        adding: (_batch, _items, run) => thenThrow(run('t')),
        running: (_about, run) => thenThrow(run(span)),
      },
    ],
  ])('%s, changes nothing of an add or an attempt', async (_, tracing) => {
    const warn = () => {};
    const world = memoryDeployment({ tracing: lateTracing(async () => tracing, warn) });
    const definition = define({
      handler: ({ batch: [item] }: { batch: number[] }) => {
        if (item === 3) throw new Error('of the handler');
      },
    });
    await world.deployment.add(definition, [1, 2, 3, 4]);
    for (const { message } of world.queues.jobs) {
      await runJob(world.deployment.services, definition, { message, receiptHandle: 'r' });
    }
    const jobs = [...world.store.allJobs().values()].map(({ status, error }) => [status, error?.message]);
    expect(jobs.sort()).toEqual([
      ['completed', undefined],
      ['failed', 'of the handler'],
    ]);
    await expect(world.deployment.add(definition, [Number.NaN])).rejects.toMatchObject({
      code: 'batch.item_not_json',
    });
  });
});

describe('what is under way in the background', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is waited for by close(), for ten seconds', async () => {
    const world = hanging();
    await world.deployment.add(define(), [1, 2]);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'Date'] });
    let closed = false;
    const closing = world.deployment.close().then(() => {
      closed = true;
    });
    await jest.advanceTimersByTimeAsync(9_999);
    expect(closed).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await closing;
  });

  test('is at most 10,000 pieces: what comes beyond is left undone, and said so', async () => {
    const warnings: string[] = [];
    const background = new Background(testClock(), message => void warnings.push(message));
    for (let n = 0; n < 10_000; n++) void background.begin('not done', hangs);
    expect(warnings).toEqual([]);
    let begun = false;
    await background.begin('not done', async () => {
      begun = true;
    });
    expect([begun, warnings]).toEqual([false, ['not done']]);
  });

  test('never fails who began it, whatever it throws', async () => {
    const warnings: string[] = [];
    const background = new Background(testClock(), message => void warnings.push(message));
    await background.soon('not done', () => {
      throw Object.create(null);
    });
    expect(warnings).toEqual(['not done']);
    expect(await background.settled(0)).toBe(true);
  });
});
