import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { toBits } from '#lib/jobs/bits';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { endOf } from '#lib/jobs/end-of';
import { packItems } from '#lib/memory/inline';
import type { JobMessage } from '#lib/store/queue-ports';
import { aJob } from '../support/a-job.ts';
import { JobBench } from '../support/job-bench.ts';

type Options = Partial<BatchOptions<string>>;

const bench = (change: Options = {}) =>
  new JobBench(
    batch<string>({ name: 'ending', maxSize: 9, maxWaitMs: 60_000, handler: () => {}, ...change }),
  );

/** A promise that is kept when the test says so. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, passed };
}

describe('a redrive', () => {
  test('runs all that failed of a job that an earlier version has ended, whose record has it in two sets', () => {
    const ended = aJob({ status: 'dead', items: 3, left: toBits([0], 3), lost: toBits([2], 3), attempts: 2 });
    const { end } = endOf(ended, { how: 'redriven' }, undefined, 1, 0);
    expect(end).toMatchObject({ status: 'waiting', attempts: 0, left: toBits([0, 2], 3), lost: undefined });
  });

  test('is refused while onDead is owed or runs, and is taken once it has returned', async () => {
    const { open, passed } = gate();
    let calls = 0;
    const world = bench({
      handler: () => Promise.reject(new Error('no')),
      deadLetter: {
        enabled: true,
        onDead: async () => {
          calls += 1;
          if (calls === 1) throw new Error('not yet');
          await passed;
        },
      },
    });
    const id = await world.flushed('a');
    await world.deliver();
    const refused = expect.objectContaining({ name: 'JobError', code: 'job.on_dead_pending' });
    await expect(world.operations.redrive(id)).rejects.toEqual(refused);
    expect(await world.operations.redriveAll()).toBe(0);
    await world.deliverDead();
    await expect(world.operations.redrive(id)).rejects.toThrow('It has thrown 1 times so far');
    const delivering = world.deliverDead();
    await new Promise(resolve => setImmediate(resolve));
    expect(calls).toBe(2);
    await expect(world.operations.redrive(id)).rejects.toEqual(refused);
    open();
    await delivering;
    expect(await world.operations.redrive(id)).toMatchObject({ status: 'waiting', redrives: 1 });
  });
});

describe('a job whose onDead has not returned', () => {
  test('is kept, however short its retention is, which begins when onDead has returned', async () => {
    let isMended = false;
    const given: (readonly string[])[] = [];
    const world = bench({
      handler: () => Promise.reject(new Error('no')),
      retention: { failed: 60_000 },
      deadLetter: {
        enabled: true,
        onDead: ({ items }) => {
          if (!isMended) throw new Error('not yet');
          given.push(items);
        },
      },
    });
    const id = await world.flushed('a');
    await world.deliver();
    for (let days = 0; days < 20; days++) {
      await world.deliverDead();
      world.clock.advance(24 * 3_600_000);
      expect((await world.job(id)).status).toBe('dead');
    }
    isMended = true;
    await world.deliverDead();
    expect(given).toEqual([['a']]);
    world.clock.advance(59_000);
    expect((await world.job(id)).status).toBe('dead');
    world.clock.advance(3_000);
    expect(await world.operations.getJob(id)).toBeUndefined();
  });
});

describe('the delay of a retry', () => {
  test.each([500, 10_000])('counts from the failure, and waits for no hook: an onFail of %d ms', async ms => {
    let hiddenBefore: readonly number[] = [];
    const world = bench({
      retries: { max: 1, baseDelay: 2_500 },
      handler: () => Promise.reject(new Error('no')),
      hooks: {
        onFail: () => {
          hiddenBefore = [...world.queues.hidden];
          return world.clock.sleep(ms);
        },
      },
    });
    const id = await world.flushed('a');
    const failedAt = world.clock.now();
    expect(await world.deliver()).toEqual({ result: 'again', hiddenSeconds: 2 });
    // its message is hidden for the delay before the hook is called, and never again after it
    expect(world.queues.hidden).toEqual(hiddenBefore);
    expect(hiddenBefore.at(-1)).toBe(2);
    expect(Number((await world.job(id)).nextAttemptAt)).toBe(failedAt + 2_500);
  });
});

describe('a message in the queue of another batch', () => {
  const seen: string[][] = [];
  const world = bench({ handler: ({ batch: items }) => void seen.push([...items]) });
  const { services } = world.deployment;
  const facts = { group: undefined, place: undefined, count: 1, reason: 'size' } as const;
  const times = { createdAt: 1, deadline: 2, sealedAt: 3 };
  const deliver = (message: JobMessage) => {
    world.queues.jobs.splice(0, Number.POSITIVE_INFINITY, { message, receives: 0 });
    return world.deliver();
  };

  test('never runs there: a pointer is deleted, and its job waits on', async () => {
    await services.store.jobs.putJob({ id: 'theirs', batch: 'another', ...facts, ...times }, 9);
    expect((await deliver({ job: 'theirs' })).result).toBe('done');
    expect(await services.store.jobs.readJob('theirs')).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(seen).toEqual([]);
  });

  test('with its items in it is stored, so that the ticker sends it to its own', async () => {
    const inline = { id: 'carried', batch: 'another', ...facts, ...times };
    const items = await packItems('["a"]');
    expect((await deliver({ job: 'carried', inline, items })).result).toBe('done');
    expect(await services.store.jobs.readJob('carried')).toMatchObject({
      batch: 'another',
      status: 'waiting',
    });
    expect(await services.store.windows.readSlots('carried', 0, 9)).toMatchObject([{ items: '["a"]' }]);
    expect(seen).toEqual([]);
  });
});

describe('a message whose items cannot be read', () => {
  const broken: [string, () => string | Promise<string>][] = [
    ['is not compressed', () => 'garbage'],
    ['is no JSON', () => packItems('[1,')],
    ['is no array', () => packItems('{"a":1}')],
  ];

  test.each(broken)('ends its job, with its error kept and told: it %s', async (_, items) => {
    const deaths: unknown[] = [];
    const world = bench({
      persist: false,
      retries: { max: 5 },
      deadLetter: { enabled: true, onDead: (job, error) => deaths.push([job.items, error.name]) },
    });
    const id = await world.flushed('a', 'b');
    const [held] = world.queues.jobs;
    if (held === undefined) throw new Error('There is a message.');
    world.queues.jobs.splice(0, 1, {
      ...held,
      message: { ...held.message, items: await items() } as JobMessage,
    });
    expect((await world.deliver()).result).toBe('done');
    const job = await world.job(id);
    expect(job).toMatchObject({
      status: 'dead',
      attempt: 1,
      attempts: [{ outcome: 'failed' }],
      error: { name: 'UnreadableItemsError', message: expect.stringContaining('cannot be read') },
      counts: { slots: 2, items: 0 },
    });
    expect(await world.operations.getJobItems(id)).toEqual([]);
    await world.deliverDead();
    expect(deaths).toEqual([[[], 'UnreadableItemsError']]);
    await expect(world.operations.redrive(id)).rejects.toMatchObject({ code: 'job.not_redrivable' });
  });

  test('ends its job, though that was claimed and its definition is removed: nobody else has its items', async () => {
    const world = bench({ persist: false, retries: { max: 5 } });
    const id = await world.flushed('a', 'b');
    const { services } = world.deployment;
    const now = services.clock.now();
    const [held] = world.queues.jobs;
    if (held === undefined || !('inline' in held.message)) throw new Error('There is no message.');
    const claim = { by: 'run', batch: held.message.inline.batch, now, maxAttempts: 6, tags: [] };
    await services.store.jobs.claim(id, { ...claim, lockedUntil: now + 5_000 }, held.message.inline);
    world.clock.advance(60_000);
    const without = { ...services, definitionOf: () => undefined };
    const message = { ...held.message, items: 'garbage' };
    expect(await handleDeadLetter(without, { message, receiptHandle: 'r' })).toBe('done');
    expect(await world.job(id)).toMatchObject({
      status: 'failed',
      error: { name: 'UnreadableItemsError' },
    });
  });
});
