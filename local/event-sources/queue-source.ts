import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import type { QueueTopology } from '#lib/topology';
import type { EventSource, OnError } from './event-source.ts';
import { failedMessages } from './failed-messages.ts';
import { invocationContext } from './invocation-context.ts';
import { sqsEvent } from './sqs-event.ts';

export interface QueueSourceProps {
  /** Holds one connection for as long as it runs, so that a client shared by many sources needs many sockets. */
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queue: Pick<QueueTopology, 'name' | 'eventBatchSize' | 'maxConcurrency'>;
  /** Default: the embedded queue's. */
  readonly queueArn?: string;
  /** May answer with an `SQSBatchResponse`; nothing means that all went well. */
  readonly handler: (event: SQSEvent, context: Context) => unknown;
  /** Default: the queue's name. */
  readonly functionName?: string;
  /** After so long Lambda kills a function: what returns later has failed its whole batch. */
  readonly functionTimeoutMs: number;
  readonly onError: OnError;
}

/** The longest that SQS lets a receiver wait, and that it hands out at once. */
const LONG_POLL_SECONDS = 20;
const MOST_MESSAGES = 10;
/** Pause after a receive that failed. */
const RETRY_MS = 1_000;

export interface QueueSource extends EventSource {
  /** Invocations under way. */
  readonly running: () => number;
}

/**
 * Lambda's event source mapping: polls a queue and invokes a function with what it receives. What the function
 * has settled is deleted; what it failed stays, to come back when its visibility times out.
 */
export function queueSource(props: QueueSourceProps): QueueSource {
  const { sqs, queueUrl, queue, handler, functionTimeoutMs, onError } = props;
  const { queueArn = `arn:aws:sqs:us-east-1:000000000000:${queue.name}`, functionName = queue.name } = props;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  // one poller: fauxqs wakes all that wait for a queue for each message, and one receive hands out many
  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = queue.maxConcurrency - running.size;
      if (free > 0) await receive(free);
      else await Promise.race(running);
    }
  }

  async function receive(free: number): Promise<void> {
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(free * queue.eventBatchSize, MOST_MESSAGES),
          WaitTimeSeconds: LONG_POLL_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        { abortSignal: stopping.signal, requestTimeout: (LONG_POLL_SECONDS + 5) * 1_000 },
      );
      for (let at = 0; at < Messages.length; at += queue.eventBatchSize) {
        const invocation = invoke(Messages.slice(at, at + queue.eventBatchSize));
        running.add(invocation);
        void invocation.then(() => running.delete(invocation));
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      onError(`Receiving from ${queue.name} failed.`, error);
      await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function invoke(messages: readonly Message[]): Promise<void> {
    const context = invocationContext(functionName, functionTimeoutMs);
    try {
      const response = await handler(sqsEvent(messages, queueArn), context);
      if (context.getRemainingTimeInMillis() === 0) {
        throw new Error(`It took longer than its ${functionTimeoutMs} ms.`);
      }
      const failed = failedMessages(
        messages.map(({ MessageId = '' }) => MessageId),
        response,
      );
      await remove(messages.filter(({ MessageId = '' }) => !failed.has(MessageId)));
    } catch (error) {
      onError(`${functionName} failed a batch of ${messages.length} from ${queue.name}.`, error);
    }
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const { Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    if (Failed.length > 0) throw new Error(`Messages were not deleted: ${JSON.stringify(Failed)}`);
  }

  const polling = poll();
  return {
    running: () => running.size,
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
