import type { QueueTopology } from '#lib/topology';
import type { Draws } from './draws.ts';
import type { World } from './world.ts';

/** The most that a message may hold: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGE_BYTES = 1_048_576;

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
  /** From when it can be received. */
  visibleAt: number;
  /** Of its latest receive. */
  receipt: string;
}

export type QueueSettings = Pick<
  QueueTopology,
  'name' | 'visibilityTimeoutSeconds' | 'retentionSeconds' | 'redrive'
>;

/** A queue as SQS has it: at least once, in any order, now and then lost. */
export class Queue {
  readonly name: string;
  readonly #settings: QueueSettings;
  readonly #world: World;
  readonly #draws: Draws;
  readonly #messages = new Map<string, Message>();
  readonly #deadQueue: Queue | undefined;
  #listener: (() => void) | undefined;
  #ids = 0;

  constructor(world: World, settings: QueueSettings, deadQueue?: Queue) {
    this.name = settings.name;
    this.#settings = settings;
    this.#world = world;
    this.#draws = world.draws.of(`queue ${settings.name}`);
    this.#deadQueue = deadQueue;
  }

  /** Messages that are there, in flight ones included. */
  get size(): number {
    return this.#messages.size;
  }

  /** Messages that carry their items: nobody else has these. */
  get carriers(): number {
    return [...this.#messages.values()].filter(({ body }) => carriesItems(body)).length;
  }

  /** Calls back whenever a message may have become visible sooner than was known. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  send(body: string, delaySeconds = 0): void {
    const { spells } = this.#world.weather;
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
      throw new RangeError(`DelaySeconds must be an integer from 0 to 900; got ${delaySeconds}.`);
    }
    const bytes = Buffer.byteLength(body);
    if (bytes > MESSAGE_BYTES) throw new RangeError(`A message holds ${MESSAGE_BYTES} bytes; got ${bytes}.`);
    // nobody looks for a message that carries its items
    if (!carriesItems(body) && this.#world.strikes(this.#draws, spells['message lost'])) {
      this.#world.tell(`${this.name} loses a message`);
      return;
    }
    this.#put(body, delaySeconds * 1_000);
    if (this.#world.strikes(this.#draws, spells['message doubled'])) {
      this.#put(body, delaySeconds * 1_000 + this.#draws.duration(10_000));
    }
  }

  #put(body: string, delayMs: number): void {
    const late = this.#world.strikes(this.#draws, this.#world.weather.spells['message delayed']);
    const id = `${this.name}-${this.#ids++}`;
    this.#messages.set(id, {
      id,
      body,
      sentAt: this.#world.now,
      receives: 0,
      visibleAt: this.#world.now + delayMs + (late ? this.#draws.duration(20_000) : 0),
      receipt: '',
    });
    this.#listener?.();
  }

  /** When the next message can be received; undefined where none is there. */
  nextVisible(): number | undefined {
    let next: number | undefined;
    for (const { visibleAt } of this.#messages.values()) {
      if (next === undefined || visibleAt < next) next = visibleAt;
    }
    return next;
  }

  /** Up to `most` messages, in any order. */
  receive(most: number): Message[] {
    const { now } = this.#world;
    const visible = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now);
    const received: Message[] = [];
    while (received.length < most && visible.length > 0) {
      const [message] = visible.splice(this.#draws.int(0, visible.length - 1), 1);
      if (message === undefined) break;
      if (message.sentAt + this.#settings.retentionSeconds * 1_000 < now) {
        this.#messages.delete(message.id);
        continue;
      }
      message.receives += 1;
      const { redrive } = this.#settings;
      if (redrive && this.#deadQueue && message.receives > redrive.maxReceiveCount) {
        this.#messages.delete(message.id);
        this.#deadQueue.send(message.body);
        continue;
      }
      message.receipt = `${message.id}#${message.receives}`;
      message.visibleAt = now + this.#settings.visibilityTimeoutSeconds * 1_000;
      received.push(message);
    }
    return received;
  }

  /** An old receipt's message is deleted, too, unless it has been received again meanwhile. */
  delete(receipt: string): void {
    const message = this.#of(receipt);
    if (message) this.#messages.delete(message.id);
  }

  /** @throws where the message is not in flight under this receipt */
  setVisibility(receipt: string, seconds: number): void {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
      throw new RangeError(`VisibilityTimeout must be an integer from 0 to 43200; got ${seconds}.`);
    }
    const message = this.#of(receipt);
    if (message === undefined || message.visibleAt <= this.#world.now) {
      throw new Error('The message is not in flight.');
    }
    message.visibleAt = this.#world.now + seconds * 1_000;
    this.#listener?.();
  }

  #of(receipt: string): Message | undefined {
    const message = this.#messages.get(receipt.slice(0, receipt.lastIndexOf('#')));
    return message?.receipt === receipt ? message : undefined;
  }
}

const carriesItems = (body: string): boolean => body.includes('"inline"');
