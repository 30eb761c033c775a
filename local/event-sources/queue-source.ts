import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import type { QueueTopology } from '#lib/topology';
import type { EventSource, OnError } from './event-source.ts';
import { failedMessages } from './failed-messages.ts';
import { invocationContext } from './invocation-context.ts';
import type { Receiver } from './receiver.ts';
import { sqsEvent } from './sqs-event.ts';

export interface QueueSourceProps {
  readonly receiver: Receiver;
  readonly queue: Pick<QueueTopology, 'name' | 'eventBatchSize' | 'maxConcurrency'>;
  /** The queue's ARN in events. Default: that of the queue in this process. */
  readonly queueArn?: string;
  /** May answer with an `SQSBatchResponse`. No answer means success. */
  readonly handler: (event: SQSEvent, context: Context) => unknown;
  /** Default: the queue's name. */
  readonly functionName?: string;
  /** The time after which Lambda kills a function. If it returns later, all its messages have failed. */
  readonly functionTimeoutMs: number;
  /** The clock of the function's time. Default: the machine's. */
  readonly now?: () => number;
  readonly onError: OnError;
}

/** The most messages that SQS hands out at once. */
const MOST_MESSAGES = 10;
/** How many invocations of a queue without a bound run at a time. Lambda would add processes; here all share this one. */
const UNBOUNDED = 10;
/** The pause after a failed receive. */
const RETRY_MS = 1_000;

export interface QueueSource extends EventSource {
  /** Returns the messages that the function is processing. */
  readonly running: () => readonly Message[];
  /** Aborts the signals of the running handlers, since the process is about to end. */
  readonly abort: () => void;
}

/**
 * Polls a queue and invokes a function with the messages, as Lambda's event source mapping does. Messages that succeeded
 * are deleted. Failed messages come back when their visibility timeout ends.
 */
export function queueSource(props: QueueSourceProps): QueueSource {
  const { receiver, queue, handler, functionTimeoutMs, now = Date.now, onError } = props;
  const { maxConcurrency = UNBOUNDED } = queue;
  const { queueArn = `arn:aws:sqs:us-east-1:000000000000:${queue.name}`, functionName = queue.name } = props;
  const stopping = new AbortController();
  const ending = new AbortController();
  const running = new Map<Promise<void>, readonly Message[]>();

  // one poller is enough: one receive hands out many messages, and fauxqs wakes all pollers for each message
  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = maxConcurrency - running.size;
      if (free > 0) await receive(free);
      else await Promise.race(running.keys());
    }
  }

  async function receive(free: number): Promise<void> {
    try {
      const most = Math.min(free * queue.eventBatchSize, MOST_MESSAGES);
      const messages = await receiver.receive(most, stopping.signal);
      for (let at = 0; at < messages.length; at += queue.eventBatchSize) {
        const some = messages.slice(at, at + queue.eventBatchSize);
        const invocation = invoke(some);
        running.set(invocation, some);
        void invocation.then(() => running.delete(invocation));
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      onError(`Receiving from ${queue.name} failed.`, error);
      await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function invoke(messages: readonly Message[]): Promise<void> {
    const context = invocationContext(functionName, functionTimeoutMs, now, ending.signal);
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
    await receiver.delete(messages.map(({ ReceiptHandle = '' }) => ReceiptHandle));
  }

  const polling = poll();
  return {
    running: () => [...running.values()].flat(),
    abort: () => ending.abort(),
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running.keys());
    },
  };
}
