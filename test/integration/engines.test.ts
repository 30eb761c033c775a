import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import pLimit from 'p-limit';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';
import type { PlainRecord } from '#lib/store/expressions';
import { topology } from '#lib/topology';
import { provision } from '../../local/engine/provision.ts';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';

const parts = topology('process', [batch({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler: () => {} })]);
const TableName = parts.table.name;

let engines: Engines;
let clients: Clients;
let queueUrlBase: string;

beforeAll(async () => {
  engines = await startEngines();
  clients = createClients({ endpoints: engines });
  queueUrlBase = await provision(parts, clients);
});

afterAll(async () => {
  closeClients(clients);
  await engines.stop();
});

function closeClients({ dynamodb, sqs }: Clients): void {
  dynamodb.destroy();
  sqs.destroy();
}

describe('the process', () => {
  test('outlives a client that resets its connection', async () => {
    for (const url of [engines.dynamodb, engines.sqs]) {
      const { port, hostname } = new URL(url);
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      // a request that is cut off in its body
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\nx-amz-target: x\r\n\r\n{"cut": ');
      await new Promise(resolve => setImmediate(resolve));
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    const table = new DynamoTable(clients.dynamodb, TableName);
    const key = { pk: 'after', sk: 's' };
    await table.putNew(key);
    expect(await table.get(key)).toMatchObject(key);
  });

  test('stops at once, with connections kept alive, and more than once', async () => {
    const mine = await startEngines();
    const own = createClients({ endpoints: mine });
    await provision(parts, own);
    const started = performance.now();
    await Promise.all([mine.stop(), mine.stop()]);
    // Node keeps an idle connection for 5 s
    expect(performance.now() - started).toBeLessThan(4_000);
    closeClients(own);
  });

  test('cannot start where its data directory is a file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cistern-')), 'file');
    await writeFile(file, '');
    await expect(startEngines({ dataDir: file })).rejects.toThrow();
  });

  test('a crash is told, and again by stop()', async () => {
    let told: (error: Error) => void = () => {};
    const crash = new Promise<Error>(resolve => {
      told = resolve;
    });
    const mine = await startEngines({ onCrash: error => told(error) });
    // dynalite expects an object: this is an exception in its request listener
    await fetch(mine.dynamodb, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
      },
      body: 'null',
    }).catch(() => {});
    expect((await crash).message).toMatch(/crashed/);
    await expect(mine.stop()).rejects.toThrow(/crashed/);
  });
});

describe('the table', () => {
  test('takes the same expression with other values, types and names for another one', async () => {
    // guards against the cache of parsed expressions
    const table = new DynamoTable(clients.dynamodb, TableName);
    const key = { pk: 'expressions', sk: 's' };
    const set = (value: unknown, name = 'a') =>
      table.update(key, {
        update: 'SET #a = :v ADD #count :one',
        creates: true,
        values: { v: value, one: 1 },
        aliases: { a: name },
      });
    await set(1);
    await set(2);
    await set('three', 'b');
    const { record } = await set({ four: [4] }, 'c');
    expect(record).toEqual({ ...key, a: 2, b: 'three', c: { four: [4] }, count: 4 });
  });

  test('keeps what is due at the same instant apart, and in pages', async () => {
    // dynalite told entries apart by 24 bits of a hash, which these two share
    const table = new DynamoTable(clients.dynamodb, TableName);
    const pks = ['buffer|orders|0|477', 'buffer|orders|0|537'];
    for (const pk of pks) await table.putNew({ pk, sk: 'head', tick: 99, dueAt: 5 });
    const page = (after?: PlainRecord) =>
      table.indexPage(parts.table.dueIndex.name, '#tick = :tick', { tick: 99 }, 1, 'ascending', after);
    const first = await page();
    const second = await page(first.at(-1));
    expect([...first, ...second].map(({ pk }) => pk).sort()).toEqual(pks);
  });

  test('answers in pages of 1 MB, which are read to the end', async () => {
    const table = new DynamoTable(clients.dynamodb, TableName);
    const slots = [2, 3, 4, 5];
    for (const slot of slots)
      await table.putNew({ pk: 'large', sk: `slot|${slot}`, slot, body: 'x'.repeat(390_000) });
    const { Count } = await clients.dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'large' } },
      }),
    );
    expect(Count).toBe(3);
    const found = await table.range('large', 'slot|2', 'slot|5');
    expect(found.map(({ slot }) => slot)).toEqual(slots);
  });
});

test('what a data directory holds is there again after a restart, its indexes included', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cistern-'));
  const count = 60;
  for (const expected of [0, count]) {
    const mine = await startEngines({ dataDir });
    const own = createClients({ endpoints: mine });
    await provision(parts, own);
    const { Count } = await own.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: parts.table.dueIndex.name,
        KeyConditionExpression: 'tick = :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    expect(Count).toBe(expected);
    // a busy machine has not all connections ready at once
    const limit = pLimit(20);
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        limit(() =>
          own.dynamodb.send(
            new PutItemCommand({ TableName, Item: marshall({ pk: `p${i}`, sk: 's', tick: 1, dueAt: i }) }),
          ),
        ),
      ),
    );
    closeClients(own);
    await mine.stop();
  }
  await rm(dataDir, { recursive: true });
});

describe('provision', () => {
  test('gives each queue its settings, and may be repeated', async () => {
    expect(await provision(parts, clients)).toBe(queueUrlBase);
    expect(queueUrlBase).toBe(`${engines.sqs}/000000000000/`);
    const [orders] = parts.consumers;
    const { Attributes = {} } = await clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${queueUrlBase}${orders?.jobs.name}`,
        AttributeNames: ['All'],
      }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '900', MessageRetentionPeriod: '1209600' });
    expect(JSON.parse(Attributes['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${parts.dead.name}`,
      maxReceiveCount: orders?.jobs.redrive?.maxReceiveCount,
    });
  });

  test('takes messages by the base and a name', async () => {
    const sent = clients.sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrlBase + parts.timer.name, MessageBody: '{}' }),
    );
    await expect(sent).resolves.toHaveProperty('MessageId');
  });

  test('makes standard queues, which take messages with a group', async () => {
    const QueueUrl = queueUrlBase + parts.dead.name;
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', MessageGroupId: 'orders' }));
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toHaveLength(1);
  });
});
