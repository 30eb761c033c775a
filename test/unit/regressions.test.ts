import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type BatchOptions, batch, DefinitionError } from 'cistern';
import { jobId } from '#lib/buffer/job-id';
import type { Definition } from '#lib/definition/options';
import { DynamoTable } from '#lib/store/dynamo-table';
import { lateTableStore } from '#lib/store/late-table-store';
import { SqsQueues } from '#lib/store/sqs-queues';
import { memoryDeployment } from '../support/memory-deployment.ts';

/** Laws that the library broke once. */

const OPTIONS = { name: 'faults', maxSize: 3, maxWaitMs: 60_000 };

const addKeyed = <T>(deduplicateBy: (item: T) => string, items: readonly T[]) =>
  memoryDeployment().deployment.add(
    batch({
      ...OPTIONS,
      deduplicateBy: deduplicateBy as (item: unknown) => string,
      handler: () => {},
    }) as Definition,
    items,
  );

describe('a dedup key means the same to the consumer as to the producer', () => {
  class Order {
    readonly total = 1;
    readonly #id: string;

    constructor(id: string) {
      this.#id = id;
    }

    /** On the prototype, and so not in the JSON. */
    get id(): string {
      return this.#id;
    }
  }

  test('an item whose JSON does not show its key is refused, not acknowledged and dropped', async () => {
    const orders = ['a', 'b', 'c'].map(id => new Order(id));
    await expect(addKeyed(order => order.id, orders)).rejects.toMatchObject({
      code: 'batch.dedup_key_invalid',
      message: expect.stringContaining('it returned undefined'),
    });
  });

  test('an item whose key comes of what JSON turns into something else is refused', async () => {
    const events = [1, 2, 3].map(ms => ({ at: new Date(ms) }));
    await expect(addKeyed(({ at }) => String(at.getTime()), events)).rejects.toMatchObject({
      code: 'batch.dedup_key_invalid',
      message: expect.stringContaining('getTime is not a function'),
    });
  });

  test('an item whose key its JSON shows is taken', async () => {
    const events = [1, 2, 1].map(ms => ({ at: new Date(ms) }));
    const receipts = await addKeyed(({ at }) => String(at), events);
    expect(receipts.map(({ duplicate }) => duplicate)).toEqual([false, false, true]);
  });
});

test('different dedup keys have different markers, lone surrogates too', async () => {
  const client = new DynamoDBClient({});
  const mock = mockClient(client);
  mock.on(PutItemCommand).resolves({});
  const { dedupKeys } = lateTableStore(new DynamoTable(client, 'table'), () => 0);
  for (const [slot, key] of ['\ud800', '\ud801', '\ufffd'].entries()) {
    const holder = { job: 'job', epoch: 'e', window: 0, chunk: slot, slot, until: undefined };
    await dedupKeys.putKey({ job: 'job' }, key, holder);
  }
  const stored = mock.commandCalls(PutItemCommand).map(call => call.args[0].input.Item?.['sk']?.S);
  expect(new Set(stored).size).toBe(3);
});

test('a message has only characters that SQS takes as they are, whatever the group', async () => {
  const client = new SQSClient({});
  const mock = mockClient(client);
  mock.on(SendMessageCommand).resolves({});
  const queues = new SqsQueues(client, 'deployment', 'https://sqs.example.com/1/', () => undefined);
  const group = 'a\uffffb\ufffe';
  const window = { epoch: 'e', window: 0, base: 0, cap: 1, openedAt: 0, deadline: 0, fireAt: 0 };
  await queues.sendTimer({ ...window, buffer: { batch: 'b', group, shard: 0 } }, 0);
  const body = mock.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '';
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  expect(body).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  expect(JSON.parse(body)).toMatchObject({ buffer: { group } });
});

describe('persist: false', () => {
  const define = (change: Partial<BatchOptions<string>>): Definition =>
    batch<string>({
      ...OPTIONS,
      maxSize: 100,
      persist: false,
      handler: () => {},
      ...change,
    }) as unknown as Definition;

  test('a batch goes when its items have come to maxBytes, as a stored one does', async () => {
    const { deployment, queues } = memoryDeployment();
    await deployment.add(define({ maxBytes: 10 }), ['12345678']);
    await deployment.close();
    expect(queues.jobs.map(({ message }) => message)).toMatchObject([{ inline: { reason: 'bytes' } }]);
  });

  test('a duplicate takes no room, and so closes no window', async () => {
    const { deployment } = memoryDeployment();
    const definition = define({ maxBytes: 10, deduplicateBy: item => item });
    const [first] = await deployment.add(definition, ['1234']);
    const [again] = await deployment.add(definition, ['1234']);
    await deployment.close();
    expect(again).toEqual({ ...first, duplicate: true });
  });

  test('an add under way when the deployment closes is sent, or refused', async () => {
    const { deployment, queues } = memoryDeployment();
    const adding = deployment.add(define({}), ['a']).then(
      () => 1,
      () => 0,
    );
    await deployment.close();
    expect(queues.jobs).toHaveLength(await adding);
  });
});

test('whatever an option is, the refusal is a DefinitionError', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const maxSize of [circle, { n: 1n }]) {
    const options = { ...OPTIONS, handler: () => {}, maxSize } as unknown as BatchOptions<unknown>;
    expect(() => batch(options)).toThrow(DefinitionError);
  }
});

test('a key is remembered from when its item was marked, however long the writer had waited for a dead competitor', async () => {
  const { deployment, store, clock } = memoryDeployment();
  const definition = batch<string>({
    ...OPTIONS,
    maxSize: 2,
    deduplicateBy: { key: item => item, ttlMs: 1_000 },
    handler: () => {},
  }) as unknown as Definition;
  const buffer = { batch: OPTIONS.name, group: undefined, shard: 0 };
  const [by, now] = ['a writer that died', clock.now()];
  const opening = { cap: 2, waitMs: OPTIONS.maxWaitMs, now, by, ordered: false };
  const { epoch } = await store.heads.reserve(buffer, 1, 0, opening);
  const job = jobId(deployment.services.deployment, buffer, epoch, 0);
  await store.dedupKeys.putKey(buffer, 'k', { job, epoch, window: 0, chunk: 0, slot: 0, until: now + 9_000 });

  const [first] = await deployment.add(definition, ['k']);
  expect(first).toMatchObject({ job, slot: 1, duplicate: false });
  expect(clock.now() - now).toBeGreaterThan(700);
  clock.advance(500);
  expect(await deployment.add(definition, ['k'])).toEqual([{ ...first, duplicate: true }]);
});
