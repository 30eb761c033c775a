import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { batch } from 'cistern';
import fc from 'fast-check';
import type { Definition } from '#lib/definition/options';
import { SqsQueues } from '#lib/store/sqs-queues';
import { parseJobMessage, parseTimerMessage } from '../../functions/messages.ts';
import { memoryDeployment } from '../support/memory-deployment.ts';

const client = new SQSClient({});
const mock = mockClient(client);
const queues = new SqsQueues(client, 'shop', 'https://sqs.example.com/1/');
const body = () => mock.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '';

beforeEach(() => {
  mock.reset();
  mock.on(SendMessageCommand).resolves({});
});

const window = { epoch: 'e', window: 1, base: 2, cap: 3, openedAt: 4, deadline: 5, fireAt: 5 };

describe('what is sent to a queue', () => {
  test('a message is ASCII JSON of what was sent, whatever its group and keys hold', async () => {
    const strings = fc.oneof(
      fc.string({ unit: 'binary' }),
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
    world.queues.sendJob = async (name, message) => {
      mock.resetHistory();
      await queues.sendJob(name, message);
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
    }
    await world.deployment.close();
    expect(sizes).toHaveLength(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1_024);
    expect(Math.min(...sizes)).toBeLessThan(1_000);
  });
});
