import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { topology } from '#lib/topology';
import { provision } from '../../local/engine/provision.ts';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';

const parts = topology('engines', [batch({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler: () => {} })]);
const TableName = parts.table.name;
type Plain = Record<string, unknown>;

let engines: Engines;
let clients: Clients;

beforeAll(async () => {
  engines = await startEngines();
  clients = createClients({ endpoints: engines });
  await provision(parts, clients);
});

afterAll(async () => {
  clients.dynamodb.destroy();
  clients.sqs.destroy();
  await engines.stop();
});

let keys = 0;
/** A key that no other test uses. */
const freshKey = () => ({ pk: `p${++keys}`, sk: 's' });

async function put(item: Plain, options: { condition?: string } = {}) {
  return clients.dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: marshall(item),
      ...(options.condition && { ConditionExpression: options.condition }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
}

async function get(key: Plain): Promise<Plain | undefined> {
  const { Item } = await clients.dynamodb.send(
    new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
}

/** Every `#name` stands for itself, every value is plain. */
async function update(
  key: Plain,
  expression: string,
  values: Plain = {},
  options: { condition?: string; names?: Record<string, string> } = {},
): Promise<Plain> {
  const used = new Set(`${expression} ${options.condition ?? ''}`.match(/#\w+/g));
  const input: UpdateItemCommandInput = {
    TableName,
    Key: marshall(key),
    UpdateExpression: expression,
    ExpressionAttributeNames: Object.fromEntries(
      [...used].map(name => [name, options.names?.[name] ?? name.slice(1)]),
    ),
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  if (Object.keys(values).length > 0) input.ExpressionAttributeValues = marshall(values);
  if (options.condition) input.ConditionExpression = options.condition;
  const { Attributes = {} } = await clients.dynamodb.send(new UpdateItemCommand(input));
  return unmarshall(Attributes);
}

async function query(input: Omit<QueryCommandInput, 'TableName'>) {
  const page = await clients.dynamodb.send(new QueryCommand({ TableName, ...input }));
  return { ...page, items: (page.Items ?? []).map(item => unmarshall(item)) };
}

/** The item that a failed condition brings back. */
async function rejectedItem(write: Promise<unknown>): Promise<Plain | undefined> {
  const error = await write.then(
    () => undefined,
    error => error,
  );
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  const { Item } = error as { Item?: Record<string, AttributeValue> };
  return Item && unmarshall(Item);
}

describe('a failed condition brings back the item as it is', () => {
  test('of a put', async () => {
    const item = { ...freshKey(), owner: 'first' };
    await put(item);
    const rejected = await rejectedItem(
      put({ ...item, owner: 'second' }, { condition: 'attribute_not_exists(pk)' }),
    );
    expect(rejected).toEqual(item);
    expect(await get({ pk: item.pk, sk: item.sk })).toEqual(item);
  });

  test('of an update, and none where there is no item', async () => {
    const key = freshKey();
    const condition = '#window = :w';
    expect(await rejectedItem(update(key, 'SET #window = :w', { ':w': 1 }, { condition }))).toBeUndefined();
    await put({ ...key, window: 7 });
    expect(await rejectedItem(update(key, 'SET #window = :w', { ':w': 1 }, { condition }))).toEqual({
      ...key,
      window: 7,
    });
  });

  test('of a delete', async () => {
    const item = { ...freshKey(), owner: 'first' };
    await put(item);
    const deletion = new DeleteItemCommand({
      TableName,
      Key: marshall({ pk: item.pk, sk: item.sk }),
      ConditionExpression: '#owner = :me',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':me': { S: 'second' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(await rejectedItem(clients.dynamodb.send(deletion))).toEqual(item);
  });
});

describe('an update sees the item as it was', () => {
  test('opening by if_not_exists and counting, in one expression', async () => {
    const key = freshKey();
    const reserve = (n: number, at: number) =>
      update(
        key,
        'SET #openedAt = if_not_exists(#openedAt, :at), #pending = if_not_exists(#pending, :none), ' +
          '#base = if_not_exists(#base, :zero) REMOVE #expires ADD #next :n, #bytes :n',
        { ':at': at, ':none': {}, ':zero': 0, ':n': n },
      );
    expect(await reserve(3, 111)).toEqual({ ...key, openedAt: 111, pending: {}, base: 0, next: 3, bytes: 3 });
    expect(await reserve(2, 222)).toEqual({ ...key, openedAt: 111, pending: {}, base: 0, next: 5, bytes: 5 });
  });

  test('sealing: the marker and the new base both come of the old numbers', async () => {
    const key = { ...freshKey() };
    await put({ ...key, next: 12, base: 5, window: 3, pending: {}, openedAt: 1, tick: 1, dueAt: 9 });
    const sealed = await update(
      key,
      'SET #pending.#w = #next - #base, #base = #next, #window = :next REMOVE #openedAt',
      { ':next': 4, ':sealed': 3, ':first': 6, ':last': 15 },
      { names: { '#w': '3' }, condition: '#window = :sealed AND #next BETWEEN :first AND :last' },
    );
    expect(sealed).toEqual({ ...key, next: 12, base: 12, window: 4, pending: { 3: 7 }, tick: 1, dueAt: 9 });
  });

  test('what a SET copies is not what an ADD of the same update makes of it', async () => {
    const key = freshKey();
    await put({ ...key, next: 5 });
    expect(await update(key, 'SET #base = #next ADD #next :n', { ':n': 2 })).toEqual({
      ...key,
      base: 5,
      next: 7,
    });
  });

  test('an ADD to what is no number is refused', async () => {
    const key = freshKey();
    await put({ ...key, next: 'five' });
    await expect(update(key, 'ADD #next :n', { ':n': 2 })).rejects.toThrow(/incorrect data type/);
  });

  test('REMOVE takes list elements by their old places', async () => {
    const key = freshKey();
    await put({ ...key, letters: ['a', 'b', 'c', 'd'] });
    expect(await update(key, 'REMOVE #letters[0], #letters[2] SET #x = #letters[1]')).toEqual({
      ...key,
      letters: ['b', 'd'],
      x: 'b',
    });
  });

  test('the same expression with other values, types and names is another one', async () => {
    // guards against the cache of parsed expressions
    const key = freshKey();
    const set = (value: unknown, name = 'a') =>
      update(key, 'SET #a = :v ADD #count :one', { ':v': value, ':one': 1 }, { names: { '#a': name } });
    await set(1);
    await set(2);
    await set('three', 'b');
    expect(await set({ four: [4] }, 'c')).toEqual({ ...key, a: 2, b: 'three', c: { four: [4] }, count: 4 });
    await expect(update(key, 'SET #a = :v ADD #count :one', { ':v': 1, ':one': 'x' })).rejects.toThrow(
      /operand/i,
    );
    await expect(update(key, 'SET #a = :v', { ':v': 1, ':unused': 1 })).rejects.toThrow(/unused/);
  });

  test('64 increments at once lose none', async () => {
    const key = freshKey();
    const heads = await Promise.all(
      Array.from({ length: 64 }, () => update(key, 'ADD #next :n', { ':n': 1 })),
    );
    expect(new Set(heads.map(({ next }) => next)).size).toBe(64);
  });
});

describe('clearing a marker', () => {
  const clear = (key: Plain, condition: string) =>
    update(key, 'REMOVE #pending.#w, #dueAt', { ':one': 1 }, { names: { '#w': '3' }, condition });

  test('removes the last one with the deadline, and only where nothing is open', async () => {
    const condition = 'attribute_not_exists(#openedAt) AND size(#pending) = :one';
    const [alone, two, open] = [freshKey(), freshKey(), freshKey()];
    await put({ ...alone, pending: { 3: 7 }, tick: 1, dueAt: 5 });
    await put({ ...two, pending: { 3: 7, 4: 7 }, tick: 1, dueAt: 5 });
    await put({ ...open, pending: { 3: 7 }, openedAt: 1, tick: 1, dueAt: 5 });
    expect(await clear(alone, condition)).toEqual({ ...alone, pending: {}, tick: 1 });
    expect(await rejectedItem(clear(two, condition))).toMatchObject({ pending: { 3: 7, 4: 7 } });
    expect(await rejectedItem(clear(open, condition))).toMatchObject({ openedAt: 1 });
  });

  test('a marker that is gone is no error, a map that is gone is', async () => {
    const [withMap, without] = [freshKey(), freshKey()];
    await put({ ...withMap, pending: {} });
    await put(without);
    const remove = (key: Plain) => update(key, 'REMOVE #pending.#w', {}, { names: { '#w': '3' } });
    expect(await remove(withMap)).toEqual({ ...withMap, pending: {} });
    await expect(remove(without)).rejects.toThrow(/document path/);
  });
});

describe('the due index', () => {
  let tick = 100;
  const due = (tick: number, until: number, page: Partial<QueryCommandInput> = {}) =>
    query({
      IndexName: parts.table.dueIndex.name,
      KeyConditionExpression: '#tick = :tick AND #dueAt <= :until',
      ExpressionAttributeNames: { '#tick': 'tick', '#dueAt': 'dueAt' },
      ExpressionAttributeValues: marshall({ ':tick': tick, ':until': until }),
      ...page,
    });

  test('sorts by number, holds keys only, and up to the bound', async () => {
    const mine = ++tick;
    const times = [1_000, 9, 200, 1_723_456_789_012, 0, 10];
    for (const dueAt of times) await put({ ...freshKey(), tick: mine, dueAt, body: 'x' });
    const { items } = await due(mine, 1_000);
    expect(items.map(({ dueAt }) => dueAt)).toEqual([0, 9, 10, 200, 1_000]);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(['dueAt', 'pk', 'sk', 'tick']);
  });

  test('is sparse: it follows the attribute as it comes, moves and goes', async () => {
    const mine = ++tick;
    const key = freshKey();
    await put({ ...key, tick: mine });
    expect((await due(mine, 100)).items).toEqual([]);
    await update(key, 'SET #dueAt = :t', { ':t': 50 });
    expect((await due(mine, 100)).items).toEqual([{ ...key, tick: mine, dueAt: 50 }]);
    await update(key, 'SET #dueAt = :t', { ':t': 101 });
    expect((await due(mine, 100)).items).toEqual([]);
    await update(key, 'REMOVE #dueAt');
    expect((await due(mine, 1_000)).items).toEqual([]);
  });

  test('keeps what is due at the same instant apart, and in pages', async () => {
    // dynalite told entries apart by 24 bits of a hash, which these two share
    const mine = ++tick;
    const pks = ['buffer|orders|0|477', 'buffer|orders|0|537'];
    for (const pk of pks) await put({ pk, sk: 'head', tick: mine, dueAt: 5 });
    const first = await due(mine, 5, { Limit: 1 });
    const second = await due(mine, 5, { Limit: 1, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...first.items, ...second.items].map(({ pk }) => pk).sort()).toEqual(pks);
  });
});

describe('reading', () => {
  const inPartition = (pk: string, page: Partial<QueryCommandInput> = {}) =>
    query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':from': 'slot|00002', ':to': 'slot|00008' }),
      ConsistentRead: true,
      ...page,
    });

  test('a range of sort keys comes ascending, whole or in pages', async () => {
    const { pk } = freshKey();
    for (const slot of [9, 3, 1, 7, 2, 8]) await put({ pk, sk: `slot|0000${slot}`, slot });
    expect((await inPartition(pk)).items.map(({ slot }) => slot)).toEqual([2, 3, 7, 8]);
    const first = await inPartition(pk, { Limit: 3 });
    expect(first.items.map(({ slot }) => slot)).toEqual([2, 3, 7]);
    const rest = await inPartition(pk, { Limit: 3, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(rest.items.map(({ slot }) => slot)).toEqual([8]);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test('a page ends at 1 MB', async () => {
    const { pk } = freshKey();
    for (const slot of [2, 3, 4, 5])
      await put({ pk, sk: `slot|0000${slot}`, slot, body: 'x'.repeat(390_000) });
    const first = await inPartition(pk);
    expect(first.items.map(({ slot }) => slot)).toEqual([2, 3, 4]);
    expect((await inPartition(pk, { ExclusiveStartKey: first.LastEvaluatedKey })).items).toHaveLength(1);
  });

  test('many keys at once, of which some are there', async () => {
    const { pk } = freshKey();
    for (const slot of [1, 2, 3]) await put({ pk, sk: `slot|${slot}`, slot });
    const { Responses = {} } = await clients.dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: {
            ConsistentRead: true,
            Keys: [1, 3, 5].map(slot => marshall({ pk, sk: `slot|${slot}` })),
          },
        },
      }),
    );
    const slots = (Responses[TableName] ?? []).map(item => unmarshall(item)['slot']);
    expect(slots.sort()).toEqual([1, 3]);
  });
});
