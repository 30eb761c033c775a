import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { batch } from 'cistern';
import fc from 'fast-check';
import type { Definition } from '#lib/definition/options';
import { SqsQueues } from '#lib/store/sqs-queues';
import { parseJobMessage, parseTimerMessage } from '../../functions/messages.ts';
import { anyText } from '../support/any-text.ts';
import { memoryDeployment } from '../support/memory-deployment.ts';

const client = new SQSClient({});
const mock = mockClient(client);
const queues = new SqsQueues(client, 'shop', 'https://sqs.example.com/1/', batch =>
  batch.startsWith('pooled') ? 'small' : undefined,
);
const body = () => mock.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '';

beforeEach(() => {
  mock.reset();
  mock.on(SendMessageCommand).resolves({});
});

const window = { epoch: 'e', window: 1, base: 2, cap: 3, openedAt: 4, deadline: 5, fireAt: 5 };

describe('what is sent to a queue', () => {
  test('a message is ASCII JSON of what was sent, whatever its group and keys hold', async () => {
    const strings = fc.oneof(
      anyText(),
      fc.constantFrom('😀', '\ud800', '\udc00\ud83d', '\u007f\u0080', '\ufffe\uffff', '\u2028"\\'),
    );
    await fc.assert(
      fc.asyncProperty(strings, async group => {
        mock.resetHistory();
        const timer = { ...window, buffer: { batch: 'b', group, shard: 0 } };
        await queues.sendTimer(timer, 0);
        expect(body()).toMatch(/^[ -~]*$/);
        expect(parseTimerMessage(body())).toEqual(timer);
      }),
    );
  });

  test('a batch from memory has room in its message, whatever its group takes', async () => {
    const world = memoryDeployment();
    const sizes: number[] = [];
    world.queues.sendJob = async (name, message, inGroup) => {
      mock.resetHistory();
      await queues.sendJob(name, message, inGroup);
      sizes.push(Buffer.byteLength(body()));
      expect(parseJobMessage(body())).toMatchObject({ job: message.job });
    };
    const group = '😀'.repeat(250);
    const noisy: Definition = batch<string>({
      name: 'noisy',
      maxSize: 1,
      maxWaitMs: 60_000,
      persist: false,
      groupBy: () => group,
      handler: () => {},
    }) as never;
    // around what fills a message when it is packed
    for (let length = 210_000; length < 400_000; length += 45_000) {
      const noise = Array.from({ length }, (_, at) => (Math.sin(at) * 1e9).toString(36).at(3) ?? 'x').join(
        '',
      );
      await world.deployment.add(noisy, [noise]);
      await world.deployment.flushHeld();
    }
    await world.deployment.close();
    expect(sizes).toHaveLength(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1_024);
    expect(Math.min(...sizes)).toBeLessThan(1_000);
  });
});

describe('a message’s group, by which SQS shares a queue’s consumer', () => {
  const sent = async (send: Promise<void>) => {
    await send;
    const input = mock.commandCalls(SendMessageCommand).at(-1)?.args[0].input;
    return { ...input, message: JSON.parse(input?.MessageBody ?? '') };
  };

  test('is the group’s, in a batch’s own queue', async () => {
    const of = (group: string) => sent(queues.sendJob('own', { job: 'j' }, group));
    const [a, again, b] = [await of('a'), await of('a'), await of('b')];
    expect(a.QueueUrl).toBe('https://sqs.example.com/1/shop-jobs-own');
    expect(a.MessageGroupId).toBe(again.MessageGroupId);
    expect(a.MessageGroupId).not.toBe(b.MessageGroupId);
    expect(a.message).toEqual({ job: 'j' });
  });

  test('is none where the batch has no groups: no message holds up another one', async () => {
    const { MessageGroupId } = await sent(queues.sendJob('own', { job: 'j' }, undefined));
    expect(MessageGroupId).toBeUndefined();
  });

  test('is the batch’s in a pool, whatever group: a batch gains nothing by having many', async () => {
    const of = (batch: string, group: string) => sent(queues.sendJob(batch, { job: 'j' }, group));
    const [a, b, other] = [await of('pooled', 'a'), await of('pooled', 'b'), await of('pooled.2', 'a')];
    expect(a.QueueUrl).toBe('https://sqs.example.com/1/shop-pool-small');
    expect(b.MessageGroupId).toBe(a.MessageGroupId);
    expect(other.MessageGroupId).not.toBe(a.MessageGroupId);
  });

  test('stands beside the batch’s name in a pool’s message, by which its consumer knows whose job it is', async () => {
    const { message } = await sent(queues.sendJob('pooled', { job: 'j' }, undefined));
    expect(parseJobMessage(JSON.stringify(message))).toEqual({ job: 'j', batch: 'pooled' });
  });

  test('is the batch’s in the dead letter queue, so that no batch’s onDead waits for another’s', async () => {
    const { QueueUrl, MessageGroupId } = await sent(queues.sendDead('own', { job: 'j', onDead: true }));
    expect({ QueueUrl, MessageGroupId }).toEqual({
      QueueUrl: 'https://sqs.example.com/1/shop-dead',
      MessageGroupId: 'own',
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  test('is one that SQS takes, whatever the names', async () => {
    const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,47}$/);
    await fc.assert(
      fc.asyncProperty(names, anyText(), async (name, group) => {
        for (const batch of [name, `pooled${name}`.slice(0, 48)]) {
          const { MessageGroupId } = await sent(queues.sendJob(batch, { job: 'j' }, group));
          expect(MessageGroupId).toMatch(/^[\w-]{1,128}$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});
