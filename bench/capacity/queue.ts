import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueueTopology } from '#lib/topology';
import { sqsRecord } from '../../test/support/sqs-record.ts';
import type { LambdaFunction } from './lambda.ts';
import type { Process } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** From a message's arrival to its function's start: about this, in ms. */
const POLL_MS = 15;
/** How long Lambda waits after an invocation was turned down. */
const TURNED_DOWN_MS = 1_000;
/** Lambda begins with so many batches at a time, and adds so many each second while messages are left. */
const RAMP = { from: 5, perSecond: 5, most: 1_250 } as const;

interface Message {
  readonly id: number;
  readonly body: string;
  receives: number;
  /** Counts up with each receive and each change of its visibility. */
  version: number;
}

export interface QueueProps {
  readonly time: VirtualTime;
  readonly draw: () => number;
  readonly settings: QueueTopology;
  /** `cold`: Lambda begins with a few pollers. `warm`: it has as many as it may have. */
  readonly pollers: 'cold' | 'warm';
  readonly fn: LambdaFunction;
  readonly handle: (instance: Process, event: SQSEvent) => Promise<SQSBatchResponse>;
}

/** A standard queue, and the event source mapping that reads it. SQS itself takes what comes. */
export class PolledQueue {
  /** Requests that were made of SQS. */
  requests = 0;
  readonly #props: QueueProps;
  readonly #visible: Message[] = [];
  readonly #there = new Map<number, Message>();
  #ids = 0;
  #invocations = 0;
  #mostFrom: number | undefined;

  constructor(props: QueueProps) {
    this.#props = props;
  }

  /** Messages that are not deleted. */
  get size(): number {
    return this.#there.size;
  }

  send(body: string, delaySeconds = 0): void {
    this.requests += 1;
    const message = { id: this.#ids++, body, receives: 0, version: 0 };
    this.#there.set(message.id, message);
    this.#appear(message, delaySeconds * 1_000);
  }

  setVisibility(receipt: string, seconds: number): void {
    this.requests += 1;
    const message = this.#there.get(Number(receipt));
    if (message) this.#appear(message, seconds * 1_000);
  }

  #appear(message: Message, ms: number): void {
    message.version += 1;
    const { version } = message;
    this.#props.time.after(ms, () => {
      if (message.version !== version || !this.#there.has(message.id)) return;
      this.#visible.push(message);
      const { time, draw } = this.#props;
      time.after(POLL_MS * (0.5 - Math.log(1 - draw() * 0.999)), () => this.#poll());
    });
  }

  #poll(): void {
    const { settings, time, fn, handle } = this.#props;
    while (this.#visible.length > 0 && this.#invocations < this.#most()) {
      const messages = this.#visible.splice(0, settings.eventBatchSize);
      this.requests += 1;
      this.#invocations += 1;
      for (const message of messages) {
        message.receives += 1;
        this.#appear(message, settings.visibilityTimeoutSeconds * 1_000);
      }
      const event = {
        Records: messages.map(({ id, body, receives }) =>
          sqsRecord({ messageId: String(id), receiptHandle: String(id), body, receives }),
        ),
      };
      const end = (kept: (id: string) => boolean): void => {
        this.#invocations -= 1;
        this.requests += 1;
        for (const { id } of messages) if (!kept(String(id))) this.#there.delete(id);
        this.#poll();
      };
      void fn(instance => handle(instance, event)).then(
        invoked => {
          if (invoked === undefined) {
            for (const message of messages) this.#appear(message, TURNED_DOWN_MS);
            return end(() => true);
          }
          const failed = new Set(invoked.answer.batchItemFailures.map(each => each.itemIdentifier));
          end(id => failed.has(id));
        },
        () => end(() => true),
      );
    }
    if (this.#visible.length === 0) this.#mostFrom = undefined;
    else if (this.#mostFrom === undefined) this.#mostFrom = time.now();
    if (this.#visible.length > 0) time.after(TURNED_DOWN_MS, () => this.#poll());
  }

  /** Invocations at a time. */
  #most(): number {
    const { settings, pollers, time } = this.#props;
    const most = settings.maxConcurrency ?? RAMP.most;
    if (pollers === 'warm') return most;
    const waited = this.#mostFrom === undefined ? 0 : (time.now() - this.#mostFrom) / 1_000;
    return Math.min(most, RAMP.from + Math.floor(waited * RAMP.perSecond));
  }
}
