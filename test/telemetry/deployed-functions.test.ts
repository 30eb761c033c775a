import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { systemClock } from '#lib/deployment/system-clock';
import { hashKey } from '#lib/hashing/key-hash';
import type { Queues } from '#lib/store/queue-ports';
import { METRICS } from '#lib/telemetry/metrics';
import { Account } from './account.ts';
import { type Collector, startCollector } from './collector.ts';
import { emitted, sums } from './emf.ts';
import { samples } from './fixtures/batches.ts';
import type { Sample } from './fixtures/handle-samples.ts';

const GROUP = 'group-that-is-no-dimension';
const SECRET = 'a-secret-of-an-item';

let account: Account;
let collector: Collector;
beforeAll(async () => {
  [account, collector] = await Promise.all([Account.open(), startCollector()]);
});
afterEach(() => account.endFunctions());
afterAll(() => Promise.all([collector.stop(), account.close()]));

const sample = (id: string, more: Partial<Sample> = {}): Sample => ({
  id,
  group: GROUP,
  secret: SECRET,
  ...more,
});
/** SQS, with all timers getting lost. */
const losing = { sendTimer: async () => undefined } as unknown as Queues;
const add = (...items: readonly Sample[]) => ({ batch: samples.name, items });
const request = (items: readonly Sample[], headers: Readonly<Record<string, string>> = {}) => ({
  version: '2.0',
  rawPath: `/v1/batches/${samples.name}/items`,
  rawQueryString: '',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ items }),
  isBase64Encoded: false,
  requestContext: { domainName: 'api.test', http: { method: 'POST' } },
});
const jobOf = (answer: unknown): string =>
  (answer as { receipts: readonly { job: string }[] }).receipts[0]?.job ?? '';

describe('metrics', () => {
  test('of a batch from its adds to its end: each is counted once, by the batch and never by its group', async () => {
    const { start, delivery } = await account.deploy();
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    await ingest.invoke(add(sample('a'), sample('b')));
    await ingest.invoke(add(sample('a'), sample('c')));
    expect(sums(ingest.lines)).toEqual({ ItemsAdded: 3, ItemsDuplicate: 1 });

    await consumer.invoke(await delivery());
    expect(sums(consumer.lines)).toEqual({
      FlushedBySize: 1,
      BatchSize: 3,
      BatchBytes: expect.any(Number),
      StartDelay: expect.any(Number),
      HandlerDuration: expect.any(Number),
      BatchesCompleted: 1,
    });
    const items = ['a', 'b', 'c'].map(id => JSON.stringify(sample(id)));
    // the chunks' arrays, of two items and of one
    const bytes = items.join('').length + '[,]'.length + '[]'.length;
    expect(sums(consumer.lines)['BatchBytes']).toBe(bytes);

    for (const metric of [...emitted(ingest.lines), ...emitted(consumer.lines)]) {
      expect(metric.namespace).toBe('Cistern');
      expect(metric.dimensions).toEqual([
        { service: expect.stringMatching(/^telemetry\d+$/), batch: 'samples' },
      ]);
      expect(metric.unit).toBe(METRICS[metric.name as keyof typeof METRICS].unit);
    }
    const lines = [...ingest.lines, ...consumer.lines].filter(line => '_aws' in line);
    expect(JSON.stringify(lines)).not.toContain(GROUP);
  });

  test('of a batch that fails for good: a retry, and a dead batch', async () => {
    const { start, delivery } = await account.deploy();
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    await ingest.invoke(add(sample('a', { fails: true }), sample('b'), sample('c')));
    await consumer.invoke(await delivery());
    expect(sums(consumer.lines)).not.toHaveProperty('BatchesDead');
    await consumer.invoke(await delivery());
    expect(sums(consumer.lines)).toMatchObject({
      FlushedBySize: 1,
      BatchSize: 3,
      Retries: 1,
      BatchesDead: 1,
    });
    expect(emitted(consumer.lines).filter(({ name }) => name === 'HandlerDuration')).toHaveLength(2);
  });

  test('of what waits: the ticker says how old its oldest item is', async () => {
    const { start } = await account.deploy({ CISTERN_TICK_INTERVAL_MS: '30000' });
    const [ingest, ticker] = await Promise.all([start('ingest'), start('ticker')]);
    const before = Date.now();
    await ingest.invoke(add(sample('a')));
    await new Promise(resolve => setTimeout(resolve, 300));
    // its window's deadline is beyond what this waking looks at, so that it ends at once
    await ticker.invoke({});
    const { OldestItemAge = 0 } = sums(ticker.lines);
    expect(OldestItemAge).toBeGreaterThanOrEqual(300);
    expect(OldestItemAge).toBeLessThanOrEqual(Date.now() - before);
  });

  test('of a window whose timer was lost, and of a slot whose writer never came: repaired, late, fenced', async () => {
    const { start, delivery, store, settings } = await account.deploy();
    const [ticker, consumer] = await Promise.all([start('ticker'), start('consumer')]);
    // its clock being so far behind, its window is overdue for the ticker
    const begun = Date.now();
    const behindMs = samples.maxWaitMs + 10_000;
    const clock = { ...systemClock, now: () => Date.now() - behindMs };
    const producer = new Deployment(settings, { services: { clock, queues: losing } });
    const opening = { cap: 3, waitMs: samples.maxWaitMs, by: 'a writer that died', ordered: false };
    const buffer = { batch: samples.name, group: GROUP, shard: 0 };
    await store.heads.reserve(buffer, 1, 0, { ...opening, now: clock.now() });
    await producer.add(samples as Definition, [sample('a')]);
    await producer.close();
    await ticker.invoke({});
    const repaired = Date.now();
    expect(sums(ticker.lines)).toMatchObject({ Recoveries: 1 });

    await consumer.invoke(await delivery());
    const told = sums(consumer.lines);
    expect(told).toMatchObject({ FlushedByTime: 1, BatchSize: 1, SlotsFenced: 1, BatchesCompleted: 1 });
    expect(told['FlushLateness']).toBeGreaterThanOrEqual(10_000);
    expect(told['FlushLateness']).toBeLessThanOrEqual(repaired - begun + 10_000);
  });

  test('are not written when they are turned off', async () => {
    const { start } = await account.deploy({ CISTERN_METRICS: 'off' });
    const ingest = await start('ingest');
    await ingest.invoke(add(sample('a')));
    expect(emitted(ingest.lines)).toEqual([]);
  });
});

describe('the log', () => {
  test('has a line of each attempt, with batch, job, group and attempt; items are not in it', async () => {
    const { start, delivery } = await account.deploy();
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    const job = jobOf(await ingest.invoke(add(sample('a', { fails: true }), sample('b'), sample('c'))));
    await consumer.invoke(await delivery());
    await consumer.invoke(await delivery());

    const about = { batch: 'samples', job, group: GROUP, function_name: 'telemetry-consumer' };
    const attempts = consumer.log.filter(({ message }) => /^attempt \d of 2 failed$/.test(String(message)));
    expect(attempts).toMatchObject([
      { ...about, level: 'WARN', attempt: 1, data: { status: 'retrying', items: 3, failedItems: 3 } },
      { ...about, level: 'WARN', attempt: 2, data: { status: 'failed' } },
    ]);
    // what the handler says
    expect(consumer.log).toContainEqual(
      expect.objectContaining({ ...about, level: 'INFO', message: 'handling', data: { items: 3 } }),
    );
    // what it threw, with where
    const thrown = consumer.log.find(({ error }) => error !== undefined);
    expect(thrown).toMatchObject({
      ...about,
      error: { name: 'RangeError', message: 'the warehouse is full' },
    });
    expect(JSON.stringify(thrown)).toContain('handle-samples');
    expect(consumer.log).toContainEqual(
      expect.objectContaining({ ...about, level: 'ERROR', message: 'a batch has failed for good' }),
    );
    for (const each of [ingest, consumer]) {
      expect(each.output).not.toContain(SECRET);
      expect(each.output).not.toContain('AWS_SECRET');
    }
  });

  test('has as much as is asked for', async () => {
    const { start, delivery } = await account.deploy({ CISTERN_LOG_LEVEL: 'ERROR' });
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    await ingest.invoke(add(sample('a'), sample('b'), sample('c')));
    await consumer.invoke(await delivery());
    expect(consumer.log).toEqual([]);
  });

  test('a request that is refused costs no line, and tells the log nothing of its items', async () => {
    const { start } = await account.deploy();
    const ingest = await start('ingest');
    await expect(ingest.invoke(add({ ...sample('a'), group: 1 } as never))).rejects.toThrow('group');
    const answer = await ingest.invoke(request([{ ...sample('a'), group: 1 } as never]));
    expect(answer).toMatchObject({ statusCode: 422 });
    expect(ingest.output).toBe('');
  });
});

describe('traces', () => {
  const TRACE = '0af7651916cd43dd8448eb211c80319c';
  const CALLER = `00-${TRACE}-b7ad6b7169203331-01`;

  test('a batch’s attempt links to each add in it, which is part of its caller’s trace', async () => {
    const { start, delivery } = await account.deploy({ CISTERN_TRACING: collector.url });
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    await ingest.invoke(request([sample('a'), sample('b')], { traceparent: CALLER }));
    const job = jobOf(await ingest.invoke(add(sample('c'))));
    await consumer.invoke(await delivery());

    const [first, second, ...others] = collector.spans.filter(({ name }) => name === 'send samples');
    expect(others).toEqual([]);
    expect(first).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' });
    expect(second?.traceId).not.toBe(TRACE);
    const [process, ...more] = collector.spans.filter(({ name }) => name === 'process samples');
    expect(more).toEqual([]);
    // no add's child: it is the work of all of them
    expect(process?.parentSpanId).toBeUndefined();
    expect(process?.links.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
      [first?.traceId, first?.spanId],
      [second?.traceId, second?.spanId],
    ]);
    expect(
      Object.fromEntries(process?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? []),
    ).toMatchObject({
      'messaging.destination.name': 'samples',
      'messaging.message.id': job,
      'messaging.batch.message_count': 3,
      'cistern.attempt': 1,
      'cistern.group': GROUP,
    });
    expect(JSON.stringify(collector.spans)).not.toContain(SECRET);
  });

  test('a failed attempt’s span has failed', async () => {
    const { start, delivery } = await account.deploy({ CISTERN_TRACING: collector.url });
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    await ingest.invoke(add(sample('a', { fails: true }), sample('b'), sample('c')));
    await consumer.invoke(await delivery());
    const failed = collector.spans.filter(({ status }) => status.code === 2);
    expect(failed).toMatchObject([{ name: 'process samples', status: { message: 'the warehouse is full' } }]);
  });

  test('a collector that is away harms nobody', async () => {
    const { start } = await account.deploy({ CISTERN_TRACING: 'http://127.0.0.1:9/v1/traces' });
    const ingest = await start('ingest');
    for (const id of ['a', 'b']) {
      expect(await ingest.invoke(add(sample(id)))).toMatchObject({ accepted: 1 });
    }
    // it is said once
    expect(ingest.log).toMatchObject([{ level: 'WARN', message: 'spans could not be sent, and are lost' }]);
  });

  test('with a ratio of 0 nothing is recorded but what a caller’s trace records', async () => {
    const sent = collector.spans.length;
    const { start, delivery, store } = await account.deploy({
      CISTERN_TRACING: collector.url,
      CISTERN_TRACING_RATIO: '0',
    });
    const [ingest, consumer] = await Promise.all([start('ingest'), start('consumer')]);
    const job = jobOf(await ingest.invoke(add(sample('a'))));
    await ingest.invoke(request([sample('b'), sample('c')], { traceparent: CALLER }));
    const chunks = await store.windows.readSlots(job, 0, 2);
    expect(chunks).toMatchObject([{ slot: 0 }, { slot: 1, traces: [expect.stringContaining(TRACE)] }]);
    expect(chunks[0]).not.toHaveProperty('traces');
    await consumer.invoke(await delivery());
    expect(collector.spans.slice(sent)).toMatchObject([{ name: 'send samples', traceId: TRACE }]);
  });

  test.each(['true', 'false', ''])('CISTERN_TRACING=%j registers no SDK, and needs none', async value => {
    const { start } = await account.deploy({ CISTERN_TRACING: value });
    const ingest = await start('ingest');
    expect(await ingest.invoke(add(sample('a')))).toMatchObject({ accepted: 1 });
  });

  test('nothing of a trace is stored or sent when nobody traces', async () => {
    const sent = collector.spans.length;
    const { start, store } = await account.deploy();
    const ingest = await start('ingest');
    const answer = await ingest.invoke(request([sample('a')], { traceparent: CALLER }));
    const job = jobOf(JSON.parse((answer as { body: string }).body));
    expect(await store.windows.readSlots(job, 0, 2)).toEqual([
      {
        ...{ kind: 'chunk', slot: 0, slots: 1, holes: [], items: JSON.stringify([sample('a')]) },
        keys: [hashKey('a')],
      },
    ]);
    expect(collector.spans).toHaveLength(sent);
  });
});

test.each([
  ['CISTERN_LOG_LEVEL', 'LOUD', 'DEBUG, INFO, WARN, ERROR'],
  ['CISTERN_METRICS', 'yes', 'emf, off'],
  ['CISTERN_TRACING', 'on', 'xray, a URL, true, false'],
  ['CISTERN_TRACING_RATIO', '2', '0 to 1'],
  ['CISTERN_TRACING_RATIO', '', '0 to 1'],
])(
  '%s=%s keeps a function from starting, and its error says what is allowed',
  async (variable, value, allowed) => {
    const { start } = await account.deploy({ [variable]: value });
    await expect(start('ticker')).rejects.toThrow(
      `${variable} has to be one of: ${allowed}. It was "${value}".`,
    );
  },
);
