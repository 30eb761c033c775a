import { types } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type BatchContext, type BatchOptions, batch } from 'cistern';
import type { LogLine } from '#lib/telemetry/log-line';
import { HOSTILE } from '../support/hostile.ts';
import { JobBench } from '../support/job-bench.ts';

type Options = Partial<BatchOptions<string>>;

const bench = (handler: (context: BatchContext<string>) => unknown, change: Options = {}, services = {}) =>
  new JobBench(
    batch<string>({ name: 'any', maxSize: 9, maxWaitMs: 60_000, ...change, handler } as BatchOptions<string>),
    services,
  );

/** Runs a batch of a, b and c once. */
async function run(handler: (context: BatchContext<string>) => unknown, change?: Options, services = {}) {
  const world = bench(handler, change, services);
  const id = await world.flushed('a', 'b', 'c');
  await world.deliver();
  return { world, id, job: await world.job(id) };
}

/** All texts in a value, names of fields included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([name, field]) => [name, ...textsOf(field)]);
}

describe('a handler', () => {
  const ran = async (handler: (context: BatchContext<string>) => unknown) => (await run(handler)).job;
  const joined = ({ batch: items }: BatchContext<string>) => items.join('');

  test('is called with the batch, and what it returns is the result', async () => {
    expect(await ran(joined)).toMatchObject({ status: 'completed', result: 'abc' });
  });

  test('may be one that imports the module whose default export it is', async () => {
    const lazy = async () => ({ default: joined });
    expect(await ran(lazy)).toMatchObject({ status: 'completed', result: 'abc' });
  });

  test('may return data that has a default', async () => {
    expect(await ran(() => ({ default: 5 }))).toMatchObject({ result: { default: 5 } });
  });
});

describe('an attempt’s end can be written, whatever its handler', () => {
  test.each(Object.entries(HOSTILE))('throws: %s', async (_, thrown) => {
    const told: string[] = [];
    const onFail = (_job: unknown, error: Error) => void told.push(error.message);
    const { job } = await run(
      () => {
        throw thrown();
      },
      { hooks: { onFail } },
    );
    expect(job).toMatchObject({ status: 'failed', attempts: [{ outcome: 'failed' }] });
    expect(typeof job.error?.message).toBe('string');
    expect(told).toHaveLength(1);
  });

  test.each(Object.entries(HOSTILE))('rejects with: %s', async (_, thrown) => {
    const { job } = await run(() => Promise.reject(thrown()));
    expect(job).toMatchObject({ status: 'failed', attempts: [{ outcome: 'failed' }] });
  });

  test.each(Object.entries(HOSTILE))('fails an item with: %s', async (_, thrown) => {
    const { job } = await run(({ fail }) => fail('b', thrown()));
    expect(job).toMatchObject({ status: 'failed', counts: { done: 2, left: 1 } });
    expect(job.attempts).toMatchObject([{ outcome: 'partly failed' }]);
  });

  test.each(Object.entries(HOSTILE))('returns: %s', async (_, value) => {
    const { job } = await run(() => value());
    // awaiting a Proxy asks it for its `then`
    expect(job.attempts).toMatchObject([{ outcome: types.isProxy(value()) ? 'failed' : 'succeeded' }]);
  });

  test.each(Object.entries(HOSTILE))('logs: %s', async (_, value) => {
    const lines: LogLine[] = [];
    const { job } = await run(
      ({ log }) => {
        log('info', 'data', value());
        log.warn(value() as string, value());
        log('no such level' as 'info', 'x');
      },
      {},
      { log: (line: LogLine) => lines.push(JSON.parse(JSON.stringify(line)) as LogLine) },
    );
    expect(job.status).toBe('completed');
    expect(lines.map(({ level }) => level)).toEqual(['info', 'warn', 'info']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, Number.MAX_SAFE_INTEGER, {}, 'soon', null])(
    'throws an error named RetryAfterError whose ms is %p',
    async ms => {
      const { world, job } = await run(
        () => {
          throw Object.assign(new Error('later'), { name: 'RetryAfterError', ms });
        },
        { retries: { max: 1, baseDelay: 2_000 } },
      );
      expect(job).toMatchObject({ status: 'retrying', error: { name: 'RetryAfterError' } });
      const delay = Number(job.nextAttemptAt) - world.clock.now();
      expect([2_000, 86_400_000]).toContain(delay);
    },
  );

  test('is told by a logger and a meter that throw', async () => {
    const throws = () => {
      throw new Error('the log is full');
    };
    const { job } = await run(
      ({ log }) => {
        log('info', 'one');
        throw new Error('no');
      },
      {},
      { log: throws, note: throws, warn: throws, measure: throws },
    );
    expect(job).toMatchObject({ status: 'failed', error: { message: 'no' } });
  });

  test('throws half a character: what is stored is well-formed', async () => {
    const { job } = await run(({ discard }) => discard(`${'x'.repeat(999)}😀`));
    expect(job.error?.message).toBe('x'.repeat(999));
    const half = await run(async ({ progress }) => {
      await progress(50, `${'x'.repeat(199)}😀`);
      throw Object.assign(new Error('\ud83d'), { name: '\ude00' });
    });
    expect(half.job).toMatchObject({
      error: { name: '\ufffd', message: '\ufffd' },
      progress: { label: 'x'.repeat(199) },
    });
  });

  // DynamoDB stores text as UTF-8, in which half a character is another one
  test('and whatever text of it is stored is well-formed, wherever it came from', async () => {
    const half = `${'x'.repeat(198)}\ud83d`;
    const say = ({ progress, log }: BatchContext<string>) => {
      log('info', half, { [half]: half });
      return progress(1, half);
    };
    const conducts: ((context: BatchContext<string>) => unknown)[] = [
      () => Promise.reject(Object.assign(new Error(half.repeat(9)), { name: half })),
      ({ fail }) => fail('a', new Error(half)),
      ({ discard }) => discard(half.repeat(9)),
      () => ({ [half]: half }),
      () => half.repeat(400),
    ];
    for (const conduct of conducts) {
      const { world } = await run(async context => {
        await say(context);
        return conduct(context);
      });
      await world.deployment.add(world.definition, [half, { [half]: [half] }]);
      for (const text of textsOf([...world.store.table.records()])) expect(text).toBe(text.toWellFormed());
    }
  });

  test('imports a module without a default export: the attempt has failed and says what is missing', async () => {
    const { job } = await run(() => import('../support/gate.ts'));
    expect(job).toMatchObject({ status: 'failed', error: { name: 'JobError' } });
    expect(job.error?.message).toContain('has no function for its default export');
  });
});

describe('what a handler says after it has returned', () => {
  test('changes nothing and is told in the log, and ends no process', async () => {
    const late: (() => unknown)[] = [];
    const warned: unknown[] = [];
    const { job, world, id } = await run(
      ({ batch: items, fail, failAt, discard, progress }) => {
        late.push(
          () => fail(items[0] ?? ''),
          () => failAt(1),
          () => discard('no'),
          () => progress(50),
        );
        late.push(
          () => fail('no such item'),
          () => progress(500),
        );
      },
      {},
      { warn: (_: string, error: unknown, about: object) => warned.push({ error, about }) },
    );
    for (const call of late) expect(await call()).toBeUndefined();
    expect(warned).toHaveLength(late.length);
    expect(warned[0]).toMatchObject({ error: { code: 'job.attempt_ended' }, about: { job: id, attempt: 1 } });
    expect(await world.job(id)).toEqual(job);
    expect(job).toMatchObject({ status: 'completed', counts: { done: 3, left: 0 } });
  });

  test('is told ten times at the most', async () => {
    let fail: BatchContext<string>['fail'] = () => {};
    const { world } = await run(context => {
      fail = context.fail;
    });
    for (let i = 0; i < 50; i++) fail('a');
    expect(world.warnings).toHaveLength(10);
  });
});

describe('the items that users’ code is given', () => {
  const changes: [string, (items: string[]) => unknown][] = [
    ['sorted', items => items.sort().reverse()],
    ['spliced', items => items.splice(0, 1)],
    ['pushed to', items => items.push('d')],
    ['written to', items => (items[0] = 'z')],
  ];

  test.each(changes)('cannot be %s: the handler’s attempt has failed, and says so', async (_, change) => {
    const { job } = await run(({ batch: items, fail }) => {
      change(items as string[]);
      fail('a');
    });
    expect(job).toMatchObject({ status: 'failed', error: { name: 'TypeError' } });
    expect(job.counts).toMatchObject({ items: 3, done: 0, left: 3 });
  });

  test.each(['beforeFlush', 'onSuccess', 'onFail'] as const)('are a frozen array in %s, too', async hook => {
    const frozen: boolean[] = [];
    const look = (given: unknown) => {
      frozen.push(Object.isFrozen(Array.isArray(given) ? given : (given as { items: unknown[] }).items));
      return given as never;
    };
    await run(
      () => {
        if (hook === 'onFail') throw new Error('no');
      },
      { hooks: { [hook]: look } },
    );
    expect(frozen).toEqual([true]);
  });

  test('are a frozen array in onDead, too', async () => {
    const frozen: boolean[] = [];
    const deadLetter = {
      enabled: true,
      onDead: ({ items }: { items: readonly string[] }) => frozen.push(Object.isFrozen(items)),
    };
    const { world } = await run(() => Promise.reject(new Error('no')), { deadLetter });
    await world.deliverDead();
    expect(frozen).toEqual([true]);
  });
});
