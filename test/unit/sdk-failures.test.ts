import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AddIncompleteError, type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { DynamoTable } from '#lib/store/dynamo-table';
import { testClock } from '../support/test-clock.ts';

const timeout = () => Object.assign(new Error('no answer in 5 s'), { name: 'TimeoutError' });
const throttled = () => new ProvisionedThroughputExceededException({ message: 'slow down', $metadata: {} });
const refused = (item?: Record<string, unknown>) =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(item && { Item: marshall(item) }),
  });

const [dynamodb, sqs] = [new DynamoDBClient({}), new SQSClient({})];
const [table, queues] = [mockClient(dynamodb), mockClient(sqs)];
const warnings: string[] = [];

/** A head with one window open, in which `next` slots are taken. */
const head = (next: number, by = 'somebody') => ({
  Attributes: marshall({
    epoch: 'e',
    window: 0,
    base: 0,
    next,
    cap: 3,
    waitMs: 1_000,
    openedAt: Date.now(),
    deadline: Date.now() + 1_000,
    armAt: Date.now() + 1_000,
    openedBy: by,
    pending: {},
    counts: {},
  }),
});

const deployment = () =>
  new Deployment(
    { deployment: 'mocked', queueUrlBase: 'https://sqs.example.com/1/' },
    {
      clients: { dynamodb, sqs },
      services: { clock: testClock(), newId: () => 'me', warn: message => warnings.push(message) },
    },
  );
const define = (change: Partial<BatchOptions<unknown>> = {}): Definition =>
  batch<unknown>({ name: 'b', maxSize: 3, maxWaitMs: 1_000, handler: () => {}, ...change });

beforeEach(() => {
  table.reset();
  // nothing is paused, and the batch is known
  table.on(GetItemCommand).resolves({});
  const batches = { pk: 'ticker|batches', sk: 'batches' };
  table
    .on(GetItemCommand, { Key: marshall(batches) })
    .resolves({ Item: marshall({ ...batches, v: 1, 'batch:b': 1 }) });
  queues.reset();
  warnings.length = 0;
});

const failure = async (adding: Promise<unknown>): Promise<AddIncompleteError> => {
  const error: unknown = await adding.then(
    () => undefined,
    e => e,
  );
  if (!(error instanceof AddIncompleteError)) throw new Error(`It was not incomplete: ${error}`);
  return error;
};

describe('when DynamoDB does not do as asked', () => {
  test('a reservation that fails stores nothing, and says so with the cause', async () => {
    const cause = throttled();
    table.on(UpdateItemCommand).rejects(cause);
    const error = await failure(deployment().add(define(), [1, 2]));
    expect(error).toMatchObject({ stored: [], notStored: [0, 1], unknown: [], cause });
    expect(table.commandCalls(PutItemCommand)).toHaveLength(0);
  });

  test('a put without an answer is repeated, the very same, until it has one', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table.on(PutItemCommand).rejectsOnce(timeout()).rejectsOnce(throttled()).resolves({});
    const [receipt] = await deployment().add(define(), ['x']);
    expect(receipt).toMatchObject({ slot: 0, duplicate: false });
    const puts = table.commandCalls(PutItemCommand).map(({ args }) => args[0].input.Item);
    expect(puts).toHaveLength(3);
    expect(puts[1]?.['text']).toEqual(puts[0]?.['text']);
    expect(new Set(puts.map(item => `${item?.['pk']?.S} ${item?.['sk']?.S}`)).size).toBe(1);
    expect(table.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });

  test('a put that was applied though its answer was lost has landed', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table
      .on(PutItemCommand)
      .rejectsOnce(timeout())
      .rejects(refused({ kind: 'chunk', slot: 0, slots: 1, text: '["x"]' }));
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 0 }]);
  });

  test('an item whose slot was fenced is reserved for again', async () => {
    table.on(UpdateItemCommand).resolvesOnce(head(1)).resolves(head(2));
    table
      .on(PutItemCommand)
      .rejectsOnce(refused({ kind: 'tombstone', slot: 0, slots: 1 }))
      .resolves({});
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 1 }]);
  });

  test('a put that never has an answer is fenced by its own writer: then it is certainly not stored', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table.on(PutItemCommand).callsFake(({ Item }) => {
      if (Item.kind.S === 'chunk') throw timeout();
      return {};
    });
    const error = await failure(deployment().add(define(), ['x']));
    expect(error).toMatchObject({ stored: [], notStored: [0], unknown: [] });
  });

  test('… and if the fence finds the chunk, it is certainly stored', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table.on(PutItemCommand).callsFake(({ Item }) => {
      if (Item.kind.S === 'chunk') throw timeout();
      throw refused({ kind: 'chunk', slot: 0, slots: 1, text: '["x"]' });
    });
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 0, duplicate: false }]);
  });

  test('… and if the fence has no answer either, it is said to be unknown', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table.on(PutItemCommand).rejects(timeout());
    const error = await failure(deployment().add(define(), ['x']));
    expect(error).toMatchObject({ stored: [], notStored: [], unknown: [0] });
  });

  test('of a bulk over several groups it is said of each item what became of it', async () => {
    table.on(UpdateItemCommand).resolves(head(1));
    table.on(PutItemCommand).callsFake(({ Item }) => {
      const body = Item.text?.S ?? '';
      if (body.includes('lost')) throw timeout();
      if (Item.kind.S === 'tombstone') throw timeout();
      return {};
    });
    const groupBy = (item: unknown) => String(item);
    const error = await failure(deployment().add(define({ groupBy }), ['fine', 'lost', 'good']));
    expect(error.stored.map(({ index }) => index)).toEqual([0, 2]);
    expect(error).toMatchObject({ notStored: [], unknown: [1] });
  });

  test('a batch read is asked for again for what it left out', async () => {
    const keys = [1, 2, 3].map(n => ({ pk: 'p', sk: String(n) }));
    const [a = { pk: '', sk: '' }, b = a, c = a] = keys;
    table
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { t: [marshall(a)] },
        UnprocessedKeys: { t: { Keys: [marshall(b), marshall(c)] } },
      })
      .resolves({ Responses: { t: [marshall(c)] } });
    expect(await new DynamoTable(dynamodb, 't').getAll(keys)).toEqual([a, c]);
    const asked = table
      .commandCalls(BatchGetItemCommand)
      .map(({ args }) => args[0].input.RequestItems?.['t']);
    expect(asked.map(request => request?.Keys?.length)).toEqual([3, 2]);
    for (const request of asked) expect(request?.ConsistentRead).toBe(true);
  });

  test('a batch read pauses before it asks again for keys of which none was read, longer each time, and gives up', async () => {
    const keys = [1, 2].map(n => ({ pk: 'p', sk: String(n) }));
    const unread = { UnprocessedKeys: { t: { Keys: keys.map(key => marshall(key)) } } };
    table.on(BatchGetItemCommand).resolves(unread);
    const pauses: number[] = [];
    const sleep = async (ms: number) => void pauses.push(ms);
    const reading = new DynamoTable(dynamodb, 't', sleep).getAll(keys);
    await expect(reading).rejects.toMatchObject({
      code: 'store.throttled',
      details: { unread: 2, keys: 2 },
    });
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 3_200]);
    expect(table.commandCalls(BatchGetItemCommand)).toHaveLength(8);
  });

  test('a job that a listing meets twice is asked for once', async () => {
    table.on(BatchGetItemCommand).resolves({});
    expect(await deployment().services.store.jobs.readJobs(['a', 'b', 'a'])).toEqual([]);
    const [request] = table
      .commandCalls(BatchGetItemCommand)
      .map(({ args: [{ input }] }) => input.RequestItems);
    expect(Object.values(request ?? {})[0]?.Keys?.map(({ pk }) => pk?.S)).toEqual(['job|a', 'job|b']);
  });

  test('a refused condition without its item is looked at as one that met nothing', async () => {
    table.on(PutItemCommand).rejects(refused());
    const result = await new DynamoTable(dynamodb, 't').putNew({ pk: 'p', sk: 's' });
    expect(result).toEqual({ applied: false, record: undefined });
  });
});

describe('when what an add leads to fails', () => {
  test('a timer that cannot be sent does not fail the add that opened the window', async () => {
    table.on(UpdateItemCommand).resolves(head(1, 'me'));
    table.on(PutItemCommand).resolves({});
    queues.on(SendMessageCommand).rejects(timeout());
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 0 }]);
    expect(queues.commandCalls(SendMessageCommand)).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  test('a seal that fails does not fail the add that filled the window', async () => {
    table.on(UpdateItemCommand).resolvesOnce(head(3)).rejects(throttled());
    table.on(PutItemCommand).resolves({});
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 2 }]);
    // the reservation, and the seal with its three repetitions
    expect(table.commandCalls(UpdateItemCommand)).toHaveLength(5);
    expect(warnings).toHaveLength(1);
  });

  test('somebody else’s full window is looked at before it is sealed, since a read is cheaper', async () => {
    table.on(UpdateItemCommand).resolves(head(4));
    table.on(PutItemCommand).resolves({});
    expect(await deployment().add(define(), ['x'])).toMatchObject([{ slot: 0 }]);
    const read = table.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => input.Key?.['sk']?.S);
    expect(read).toEqual(['control', 'batches', 'head']);
    expect(table.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });
});
