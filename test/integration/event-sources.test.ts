import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { batch } from 'cistern';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { type QueueTopology, type Topology, topology } from '#lib/topology';
import { provision } from '../../local/engine/provision.ts';
import type { EventSource } from '../../local/event-sources/event-source.ts';
import { type QueueSourceProps, queueSource } from '../../local/event-sources/queue-source.ts';
import { sqsReceiver } from '../../local/event-sources/sqs-receiver.ts';
import { type Engines, startEngines } from '../support/engines/start-engines.ts';
import { gate } from '../support/gate.ts';
import { inbox } from '../support/inbox.ts';

const orders = batch({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler: () => {} });

let engines: Engines;
let clients: Clients;
let base: string;
let jobs: QueueTopology;
let dead: QueueTopology;
let deployments = 0;
const sources: EventSource[] = [];

beforeAll(async () => {
  engines = await startEngines();
  clients = createClients({ endpoints: engines });
});

afterEach(async () => {
  await Promise.all(sources.splice(0).map(source => source.stop()));
});

afterAll(async () => {
  clients.dynamodb.destroy();
  clients.sqs.destroy();
  await engines.stop();
});

/** Fresh queues, in which a message that failed is back at once. */
async function freshQueues(settings: Partial<QueueTopology> = {}): Promise<void> {
  const parts = topology(`sources${++deployments}`, [orders]);
  const consumers = parts.consumers.map(consumer => ({
    ...consumer,
    jobs: { ...consumer.jobs, visibilityTimeoutSeconds: 0, ...settings },
  }));
  base = await provision({ ...parts, consumers } satisfies Topology, clients);
  const [consumer] = consumers;
  if (!consumer) throw new Error('The topology has no consumer.');
  ({ jobs } = consumer);
  ({ dead } = parts);
}

const send = (queue: QueueTopology, body: string) =>
  clients.sqs.send(new SendMessageCommand({ QueueUrl: base + queue.name, MessageBody: body }));

function start(
  queue: QueueTopology,
  handler: QueueSourceProps['handler'],
  props: Partial<QueueSourceProps> = {},
) {
  const errors = inbox<unknown>();
  const source = queueSource({
    receiver: sqsReceiver(clients.sqs, base + queue.name),
    queue,
    functionTimeoutMs: 60_000,
    handler,
    onError: (_message, error) => errors.put(error),
    ...props,
  });
  sources.push(source);
  return { source, errors };
}

async function messagesIn(queue: QueueTopology): Promise<{ visible: number; hidden: number }> {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: base + queue.name, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages']),
    hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  };
}

const failing = (...records: readonly SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('a queue source', () => {
  test('gives the function the event and the context that Lambda gives', async () => {
    await freshQueues();
    const { MessageId } = await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: base + jobs.name,
        MessageBody: '{"job":"j1"}',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'pointer' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from('abc') },
        },
      }),
    );
    const calls = inbox<[SQSEvent, Context]>();
    start(jobs, (event, context) => calls.put([event, context]), { functionName: 'on-orders' });
    const [call] = await calls.of(1);
    const [event, context] = call ?? [];
    expect(event).toEqual({
      Records: [
        {
          messageId: MessageId,
          receiptHandle: expect.any(String),
          body: '{"job":"j1"}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            kind: { dataType: 'String', stringValue: 'pointer', stringListValues: [], binaryListValues: [] },
            raw: { dataType: 'Binary', binaryValue: 'YWJj', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${jobs.name}`,
          awsRegion: 'us-east-1',
        },
      ],
    });
    expect(context).toMatchObject({ functionName: 'on-orders', awsRequestId: expect.any(String) });
    expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(50_000);
  });

  test('deletes what succeeded', async () => {
    await freshQueues({ visibilityTimeoutSeconds: 900 });
    const calls = inbox<SQSEvent>();
    const { source, errors } = start(jobs, event => calls.put(event));
    for (const body of ['a', 'b', 'c']) await send(jobs, body);
    await calls.of(3);
    await source.stop();
    expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 0 });
    expect(errors.items).toEqual([]);
  });

  test('brings back only what failed of a batch', async () => {
    await freshQueues({ eventBatchSize: 10 });
    for (const body of ['a', 'b', 'c']) await send(jobs, body);
    const calls = inbox<SQSEvent>();
    const { source } = start(jobs, event => {
      calls.put(event);
      return failing(
        ...event.Records.filter(({ body, attributes }) => {
          return body === 'b' && attributes.ApproximateReceiveCount === '1';
        }),
      );
    });
    await calls.of(2);
    await source.stop();
    expect(calls.items.map(({ Records }) => Records.map(({ body }) => body))).toEqual([
      ['a', 'b', 'c'],
      ['b'],
    ]);
    expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 0 });
  });

  test.each([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['answers with an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    [
      'answers with an identifier that is not in the batch',
      () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }),
    ],
    ['answers with a misnamed identifier', () => ({ batchItemFailures: [{ id: 'x' }] })],
    ['answers with no list', () => ({ batchItemFailures: 'none' })],
    ['answers with a string', () => 'done'],
  ])('deletes nothing when the function %s', async (_what, answer) => {
    await freshQueues({ visibilityTimeoutSeconds: 900, eventBatchSize: 10 });
    for (const body of ['a', 'b']) await send(jobs, body);
    const calls = inbox<SQSEvent>();
    const { source } = start(jobs, event => {
      calls.put(event);
      return answer();
    });
    await calls.of(1);
    await source.stop();
    expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 2 });
  });

  test.each([[undefined], [null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    'takes %j for success',
    async answer => {
      await freshQueues({ visibilityTimeoutSeconds: 900 });
      await send(jobs, 'a');
      const calls = inbox<SQSEvent>();
      const { source } = start(jobs, event => {
        calls.put(event);
        return answer;
      });
      await calls.of(1);
      await source.stop();
      expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 0 });
    },
  );

  test('has failed a batch whose function took longer than its timeout', async () => {
    await freshQueues({ visibilityTimeoutSeconds: 900 });
    await send(jobs, 'a');
    const { source, errors } = start(
      jobs,
      async (_event, context) => {
        while (context.getRemainingTimeInMillis() > 0) await new Promise(resolve => setTimeout(resolve, 5));
      },
      { functionTimeoutMs: 20 },
    );
    await errors.of(1);
    await source.stop();
    expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 1 });
  });

  test('leaves a message to the dead letter queue after its attempts', async () => {
    await freshQueues({ redrive: { queue: `sources${deployments + 1}-dead`, maxReceiveCount: 3 } });
    await send(jobs, 'poison');
    const attempts = inbox<string>();
    const deadLetters = inbox<SQSEvent>();
    start(jobs, ({ Records }) => {
      for (const { attributes } of Records) attempts.put(attributes.ApproximateReceiveCount);
      return failing(...Records);
    });
    start(dead, event => deadLetters.put(event));
    const [event] = await deadLetters.of(1);
    expect(event?.Records[0]?.body).toBe('poison');
    expect(attempts.items).toEqual(['1', '2', '3']);
  });

  test('runs no more than maxConcurrency at once, each with no more than eventBatchSize messages', async () => {
    await freshQueues({ visibilityTimeoutSeconds: 900, maxConcurrency: 3, eventBatchSize: 2 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => send(jobs, String(i))));
    const done = inbox<string>();
    let running = 0;
    let most = 0;
    let largest = 0;
    start(jobs, async ({ Records }) => {
      most = Math.max(most, ++running);
      largest = Math.max(largest, Records.length);
      await new Promise(resolve => setTimeout(resolve, 5));
      running--;
      for (const { body } of Records) done.put(body);
    });
    await done.of(20);
    expect({ most, largest, distinct: new Set(done.items).size }).toEqual({
      most: 3,
      largest: 2,
      distinct: 20,
    });
  });

  test('starts a waiting function at once', async () => {
    await freshQueues();
    const starts = inbox<number>();
    start(jobs, () => starts.put(performance.now()));
    const delays: number[] = [];
    for (let i = 1; i <= 21; i++) {
      const sent = performance.now();
      await send(jobs, 'now');
      const at = (await starts.of(i)).at(-1) ?? Number.POSITIVE_INFINITY;
      delays.push(at - sent);
    }
    const median = delays.sort((a, b) => a - b)[10];
    // a source that asked now and again would take half of its pause; usual are 3 ms
    expect(median).toBeLessThan(250);
  });

  test('stop() waits for what runs, and starts nothing more', async () => {
    await freshQueues({ visibilityTimeoutSeconds: 900 });
    await send(jobs, 'slow');
    const begun = gate();
    const finish = gate();
    let ended = false;
    const { source } = start(jobs, async () => {
      begun.open();
      await finish.opened;
      ended = true;
    });
    await begun.opened;
    const stopped = source.stop().then(() => ended);
    finish.open();
    expect(await stopped).toBe(true);
    expect(await messagesIn(jobs)).toEqual({ visible: 0, hidden: 0 });
  });

  test('stop() ends a long poll at once, which then takes no message and no attempt', async () => {
    await freshQueues({ visibilityTimeoutSeconds: 900 });
    const calls = inbox<SQSEvent>();
    const { source } = start(jobs, event => calls.put(event));
    await send(jobs, 'first');
    await calls.of(1);
    // by the time of this answer the next poll is waiting
    await messagesIn(jobs);
    const began = performance.now();
    await source.stop();
    // a long poll takes 20 s
    expect(performance.now() - began).toBeLessThan(10_000);
    // and by the time of this one the queue has seen that connection end
    await messagesIn(jobs);
    await send(jobs, 'second');
    expect(await messagesIn(jobs)).toEqual({ visible: 1, hidden: 0 });
    start(jobs, event => calls.put(event));
    await calls.of(2);
    const [record] = calls.items[1]?.Records ?? [];
    expect(record).toMatchObject({ body: 'second', attributes: { ApproximateReceiveCount: '1' } });
  });

  test('goes on after a receive that failed', async () => {
    await freshQueues();
    const name = `${jobs.name}-later`;
    const { source, errors } = start({ ...jobs, name }, () => {});
    await errors.of(1);
    await source.stop();
    expect(errors.items).toHaveLength(1);
  });
});
