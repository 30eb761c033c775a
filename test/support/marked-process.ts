import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type BatchContext, batch } from 'cistern';
import * as v from 'valibot';
import { adminHttp } from '#functions/admin-http';
import { ingest } from '#functions/ingest';
import { jobQueueName } from '#lib/resource-names';
import { createClients } from '#lib/store/create-clients';
import { MARKS } from './marks-in-logs.ts';
import { startOnEmulator } from './start-on-emulator.ts';
import { until } from './until.ts';

/**
 * A deployment in a process of its own, to which everything happens that may be logged, with marked secrets in all that
 * comes from outside. It prints nothing itself; it tells its parent what has happened, so that silence proves something.
 */
interface Item {
  readonly g: string;
  readonly k: string;
  readonly secret: string;
  readonly fails?: 'always' | 'partly' | 'once' | 'late';
}

const happened: Record<string, unknown> = {};
const options = {
  maxSize: 2,
  maxWaitMs: 3_600_000,
  lockTtlMs: 5_000,
  groupBy: (item: Item) => {
    if (item.g === undefined) throw new Error(`no group in ${JSON.stringify(item)}`);
    return item.g;
  },
  deduplicateBy: (item: Item) => item.k,
  schema: v.looseObject({
    secret: v.literal(MARKS.item),
    // throws what quotes it
    json: v.optional(
      v.pipe(
        v.string(),
        v.transform(text => JSON.parse(text)),
      ),
    ),
  }) as never,
  retries: { max: 1, strategy: 'fixed', baseDelay: 0 },
  timeout: 1_000,
  events: true,
  hooks: {
    onFail: () => {
      throw new Error('onFail does not work');
    },
  },
  deadLetter: {
    enabled: true,
    onDead: () => {
      happened['onDead'] = Number(happened['onDead'] ?? 0) + 1;
      if (happened['onDead'] === 1) throw new Error('onDead does not work');
    },
  },
  handler: async ({ batch: items, attempt, fail, signal, log }: BatchContext<Item>) => {
    const [first] = items;
    if (first?.fails === 'partly') fail(first, new Error('not this one'));
    if (first?.fails === 'late') await new Promise(resolve => signal.addEventListener('abort', resolve));
    if (first?.fails === 'always' || (first?.fails === 'once' && attempt === 1)) {
      throw new Error(MARKS.thrownByHandler);
    }
    if (first?.fails === undefined) log.info(MARKS.loggedByHandler);
    return { secret: first?.secret };
  },
} as const;
const stored = batch<Item>({ ...options, name: 'stored' });
const inMemory = batch<Item>({ ...options, name: 'in-memory', persist: false });

const local = await startOnEmulator({ batches: [stored, inMemory], onEvent: () => {}, log: true });
const headers = {
  'content-type': 'application/json',
  authorization: `Bearer ${MARKS.credential}`,
  'x-api-key': MARKS.credential,
  cookie: `session=${MARKS.credential}`,
};
const statuses: number[] = [];

async function send(path: string, body?: string, change: Record<string, string> = {}): Promise<number> {
  const init = body === undefined ? {} : { method: 'POST', body };
  const { status } = await fetch(local.url + path, { ...init, headers: { ...headers, ...change } });
  // the same through the functions, as API Gateway has them
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString,
    headers: { ...headers, ...change },
    requestContext: { domainName: 'api.example', http: { method: body === undefined ? 'GET' : 'POST' } },
    isBase64Encoded: false,
    ...(body !== undefined && { body }),
  } as unknown as APIGatewayProxyEventV2;
  await ingest(local.deployment, local.definitions)(event);
  await adminHttp(local.deployment, local.definitions)(event);
  statuses.push(status);
  return status;
}

let keys = 0;
const item = (fails?: Item['fails']) => ({
  g: MARKS.group,
  k: MARKS.key + keys++,
  secret: MARKS.item,
  ...(fails && { fails }),
});

for (const definition of [stored, inMemory]) {
  for (const fails of [undefined, 'once', 'partly', 'always', 'late'] as const) {
    const [receipt] = await definition.addBulk([item(fails), item(fails)]);
    const { status } = await definition.waitFor(receipt ?? '', { timeoutMs: 30_000 });
    happened[`${definition.name} ${fails ?? 'succeeds'}`] = status;
  }
}
await until('onDead was called again', () => Number(happened['onDead']) >= 2);

const items = '/v1/batches/stored/items';
const group = encodeURIComponent(MARKS.group);
const bad = { ...item(), secret: `${MARKS.item}!` };
await send(items, JSON.stringify({ item: item() }));
await send(items, JSON.stringify({ item: bad }));
await send(items, JSON.stringify({ item: { ...item(), json: MARKS.item } }));
await send(items, JSON.stringify({ item: { secret: MARKS.item } }));
await send(items, JSON.stringify({ item: { ...item(), k: 5 } }));
await send(items, JSON.stringify({ item: { ...item(), g: MARKS.group.repeat(200) } }));
await send(items, `${MARKS.item}{`);
await send(items, JSON.stringify({ [MARKS.item]: item() }));
await send(items, JSON.stringify({ item: item() }), { 'content-type': MARKS.credential });
await send(items, JSON.stringify({ item: `${MARKS.item}${'x'.repeat(4_000_000)}` }));
await send(`/v1/batches/${MARKS.item}/items`, JSON.stringify({ item: item() }));
await send(`/v1/${MARKS.item}?x=${group}`);
await send(`/v1/batches/stored/jobs?cursor=${MARKS.item}`);
await send(`/v1/batches/stored/buffer?group=${group}`);
await send('/v1/batches/stored/flush', JSON.stringify({ group: MARKS.group }));

// what no caller is to blame for: messages that are none, and a table that is gone
const clients = createClients({ endpoints: local.settings.endpoints as never });
const QueueUrl = local.settings.queueUrlBase + jobQueueName(local.settings.deployment, { name: 'stored' });
await clients.sqs.send(
  new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ job: MARKS.unknownJob }) }),
);
await until('that message has been received and deleted', async () => {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  const { Attributes } = await clients.sqs.send(command);
  return AttributeNames.every(name => Attributes?.[name] === '0');
});
await clients.dynamodb.send(new DeleteTableCommand({ TableName: local.settings.deployment }));
await send(`/v1/batches/stored/buffer?group=${group}`);
await send(items, JSON.stringify({ item: item() }));
await stored.add(item()).catch(() => {});
await new Promise(resolve => setTimeout(resolve, 500));

process.send?.({ happened, statuses }, undefined, undefined, () => process.exit(0));
