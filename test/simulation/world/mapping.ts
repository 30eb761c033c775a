import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { sqsRecord } from '../../support/sqs-record.ts';
import type { LambdaFunction } from './lambda.ts';
import type { Message, Queue } from './queue.ts';
import type { Planned } from './scheduler.ts';
import type { World } from './world.ts';

export interface MappingProps<T> {
  readonly queue: Queue;
  readonly fn: LambdaFunction<T>;
  readonly batchSize: number;
  /** Undefined: as many at a time as there are messages. */
  readonly maxConcurrency: number | undefined;
  /** Told of each invocation that begins or ends: whether as many are under way as may be. */
  readonly onChange?: (isFull: boolean) => void;
  readonly handle: (made: T, event: SQSEvent, remainingMs: () => number) => Promise<SQSBatchResponse>;
}

/** Invocations at a time of a mapping without a bound: more than a play has jobs of. */
const UNBOUNDED = 100;

/**
 * An event source mapping: polls a queue and invokes a function with what it receives. What the function settles is
 * deleted. What it fails stays, and comes back when its visibility ends.
 */
export class Mapping<T> {
  readonly #world: World;
  readonly #props: MappingProps<T>;
  #planned: Planned | undefined;
  #invocations = 0;
  #enabled = true;

  constructor(world: World, props: MappingProps<T>) {
    this.#world = world;
    this.#props = props;
    props.queue.onChange(() => this.#plan());
  }

  /** Whether it polls: the mapping of a definition that is not deployed does not. */
  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    this.#plan();
  }

  #plan(): void {
    const { queue, maxConcurrency = UNBOUNDED } = this.#props;
    if (!this.#enabled || this.#invocations >= maxConcurrency) return;
    const next = queue.nextVisible();
    if (next === undefined) return;
    const at = Math.max(next, this.#world.now) + 1 + this.#world.draws.duration(5);
    if (this.#planned !== undefined) {
      if (this.#planned.at <= at) return;
      this.#planned.cancelled = true;
    }
    this.#planned = this.#world.scheduler.after(at - this.#world.now, () => {
      this.#planned = undefined;
      this.#poll();
      this.#plan();
    });
  }

  #poll(): void {
    const { queue, batchSize, maxConcurrency = UNBOUNDED } = this.#props;
    if (!this.#enabled) return;
    const free = maxConcurrency - this.#invocations;
    const messages = queue.receive(Math.min(10, free * batchSize));
    for (let at = 0; at < messages.length; at += batchSize) this.#invoke(messages.slice(at, at + batchSize));
  }

  #count(change: 1 | -1): void {
    const { maxConcurrency = UNBOUNDED, onChange } = this.#props;
    this.#invocations += change;
    onChange?.(this.#invocations >= maxConcurrency);
  }

  #invoke(messages: readonly Message[]): void {
    const { queue, fn, handle } = this.#props;
    // taken now: when it is received again, another receipt holds
    const receipts = new Map(messages.map(({ id, receipt }) => [id, receipt]));
    const event = toEvent(messages);
    this.#count(1);
    fn.invoke(
      (made, remainingMs) => handle(made, event, remainingMs),
      invoked => {
        this.#count(-1);
        if (invoked.ok) {
          const failed = new Set(invoked.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          this.#world.scheduler.after(1 + this.#world.draws.duration(3), () => {
            for (const [id, receipt] of receipts) if (!failed.has(id)) queue.delete(receipt);
          });
        }
        this.#plan();
      },
    );
  }
}

const toEvent = (messages: readonly Message[]): SQSEvent => ({
  Records: messages.map(({ id, receipt, body, receives }) =>
    sqsRecord({ messageId: id, receiptHandle: receipt, body, receives }),
  ),
});
