import { createHash, randomUUID } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import type { Clock } from '#lib/store/services';
import type { QueueTopology } from '#lib/topology';
import type { Receiver } from '../event-sources/receiver.ts';
import type { Journal } from '../journal/journal.ts';
import { SortedMap } from '../table/sorted-map.ts';

/** A message as it is stored. */
export interface StoredMessage {
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  /** When it can be received, in ms since the epoch. */
  readonly visibleAt: number;
  readonly receives: number;
  readonly firstReceivedAt: number | undefined;
}

/** A message in its queue. That a receiver has hidden it is not stored, so after a kill it is visible again. */
interface Held {
  message: StoredMessage;
  /** Its place in the order in which messages are handed out. */
  place: readonly [at: number, number: number];
  /** Whether it was received, and neither deleted nor visible again. */
  inFlight: boolean;
}

export interface LocalQueueProps {
  readonly queue: Pick<QueueTopology, 'name' | 'visibilityTimeoutSeconds' | 'redrive'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Makes the messages outlive the process. Default: they do not. */
  readonly journal?: Journal | undefined;
  /** Takes a message that was received too often. */
  readonly deadLetter?: (message: StoredMessage) => void;
}

/**
 * A queue in this process, with the behaviour of SQS that Cistern relies on: delivery at least once, delays, visibility
 * timeouts by receipt, receive counts, redrive. A waiting receiver gets a message at once.
 */
export class LocalQueue implements Receiver {
  readonly #props: LocalQueueProps;
  readonly #held = new Map<string, Held>();
  readonly #order = new SortedMap<Held['place'], Held>((a, b) => a[0] - b[0] || a[1] - b[1]);
  readonly #waiting = new Set<() => void>();
  #number = 0;
  #stopAlarm = (): void => {};

  constructor(props: LocalQueueProps) {
    this.#props = props;
  }

  /** Puts a message into the queue. It resolves when the message is durable. */
  async send(body: string, delaySeconds = 0): Promise<void> {
    const { queue, clock, journal } = this.#props;
    const sentAt = clock.now();
    const visibleAt = sentAt + delaySeconds * 1_000;
    const message = { id: randomUUID(), body, sentAt, visibleAt, receives: 0, firstReceivedAt: undefined };
    this.take({ ...message, queue: queue.name });
    await journal?.written();
  }

  /** Takes over a message of another queue. */
  take(message: StoredMessage): void {
    this.restore(message);
    this.#store(message);
  }

  /** Puts a message back that the journal has stored. */
  restore(message: StoredMessage): void {
    const held = { message, place: this.#placeAt(message.visibleAt), inFlight: false };
    this.#held.set(message.id, held);
    this.#order.set(held.place, held);
    this.#wake();
  }

  async receive(most: number, signal: AbortSignal): Promise<readonly Message[]> {
    while (!signal.aborted) {
      const received = this.#receive(most);
      if (received.length > 0) return received;
      await this.#change(signal);
    }
    return [];
  }

  async delete(receipts: readonly string[]): Promise<void> {
    for (const receipt of receipts) {
      const held = this.#heldBy(receipt);
      if (held === undefined) continue;
      this.#held.delete(held.message.id);
      this.#order.delete(held.place);
      this.#props.journal?.write(held.message.id, undefined);
    }
  }

  /** @throws if the message is not in flight with this receipt any more */
  async setVisibility(receipt: string, seconds: number): Promise<void> {
    const held = this.#heldBy(receipt);
    if (held === undefined || held.place[0] <= this.#props.clock.now())
      throw new Error(`The message of the receipt ${receipt} is not in flight.`);
    const visibleAt = this.#props.clock.now() + seconds * 1_000;
    held.message = { ...held.message, visibleAt };
    this.#move(held, visibleAt);
    this.#store(held.message);
    this.#wake();
    await this.#props.journal?.written();
  }

  async count(): Promise<{ readonly waiting: number; readonly hidden: number }> {
    const now = this.#props.clock.now();
    let waiting = 0;
    for (const [[at]] of this.#order.from()) {
      if (at > now) break;
      waiting += 1;
    }
    return { waiting, hidden: this.#order.size - waiting };
  }

  #receive(most: number): Message[] {
    const { queue, clock, deadLetter } = this.#props;
    const now = clock.now();
    const received: Message[] = [];
    while (received.length < most) {
      const [next] = this.#order.from();
      if (next === undefined || next[0][0] > now) break;
      const [, held] = next;
      const { message } = held;
      if (deadLetter && queue.redrive && message.receives >= queue.redrive.maxReceiveCount) {
        this.#held.delete(message.id);
        this.#order.delete(held.place);
        deadLetter({ ...message, visibleAt: now });
        continue;
      }
      held.message = {
        ...message,
        receives: message.receives + 1,
        firstReceivedAt: message.firstReceivedAt ?? now,
      };
      held.inFlight = true;
      this.#move(held, now + queue.visibilityTimeoutSeconds * 1_000);
      this.#store(held.message);
      received.push(toMessage(held.message));
    }
    return received;
  }

  #heldBy(receipt: string): Held | undefined {
    const [id = '', receives] = receipt.split('#');
    const held = this.#held.get(id);
    return held?.inFlight && String(held.message.receives) === receives ? held : undefined;
  }

  #move(held: Held, at: number): void {
    this.#order.delete(held.place);
    held.place = this.#placeAt(at);
    this.#order.set(held.place, held);
  }

  #placeAt(at: number): Held['place'] {
    this.#number += 1;
    return [at, this.#number];
  }

  #store(message: StoredMessage): void {
    this.#props.journal?.write(message.id, message);
  }

  /** Resolves when there may be a message to receive. */
  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
      this.#setAlarm();
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Wakes the waiting receivers when the next message becomes visible. */
  #setAlarm(): void {
    this.#stopAlarm();
    this.#stopAlarm = () => {};
    const [next] = this.#order.from();
    if (next === undefined) return;
    const { clock } = this.#props;
    this.#stopAlarm = clock.after(Math.max(0, next[0][0] - clock.now()), () => this.#wake());
  }
}

const toMessage = ({ id, body, sentAt, receives, firstReceivedAt = sentAt }: StoredMessage): Message => ({
  MessageId: id,
  ReceiptHandle: `${id}#${receives}`,
  Body: body,
  MD5OfBody: createHash('md5').update(body).digest('hex'),
  Attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentAt),
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
  },
});
