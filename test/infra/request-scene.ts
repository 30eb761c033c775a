import { expect } from '@jest/globals';
import { batch } from 'cistern';
import { admin } from '#functions/admin';
import { consumer } from '#functions/consumer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { Clients } from '#lib/store/clients';
import { createClients } from '#lib/store/create-clients';
import { type AdminAction, topology } from '#lib/topology';
import { provision } from '../../local/engine/provision.ts';
import type { Engines } from '../support/engines/start-engines.ts';
import { type TestClock, testClock } from '../support/test-clock.ts';

export interface Item {
  readonly id: number;
  readonly fail?: boolean;
}

export const DAY_MS = 86_400_000;
/** Further than a message can be delayed. */
export const FAR_MS = 1_800_000;

/** With everything that makes requests: all that a function may do has to come up. */
export const orders = batch<Item>({
  name: 'orders',
  maxSize: 3,
  maxWaitMs: 60_000,
  groupBy: ({ id }) => (id < 0 ? 'other' : 'main'),
  limits: group => (group === 'other' ? { maxWaitMs: FAR_MS } : undefined),
  deduplicateBy: { key: ({ id }) => String(id), ttlMs: 60_000 },
  retries: { max: 0 },
  deadLetter: { enabled: true, onDead: () => {} },
  // longer than records are put for, so that what has failed is prolonged
  retention: { failed: 40 * DAY_MS },
  throttle: { max: 100, duration: 1_000 },
  concurrency: 5,
  maxPendingBatches: 100,
  ordered: true,
  events: true,
  handler: ({ batch: items }) => {
    if (items.some(({ fail }) => fail)) throw new Error('it said so');
  },
}) as unknown as Definition;
export const definitions = [orders];

type Requests = Set<string>;

/** Where a scene plays: a deployment of its own, so that what one function leaves is not the next one's. */
export interface Place {
  readonly engines: Engines;
  readonly deployment: string;
  readonly queueUrlBase: string;
}

let places = 0;

export async function openPlace(engines: Engines): Promise<Place> {
  const clients = createClients({ endpoints: engines });
  const deployment = `shop${++places}`;
  return { engines, deployment, queueUrlBase: await provision(topology(deployment, definitions), clients) };
}

/** Has each request that a client sends be noted, as the right that it takes. */
function note(requests: Requests, deployment: string, { dynamodb, sqs }: Clients): void {
  /** Rights are looked up in the template of a deployment that is named `shop`. */
  const named = (name = '') => name.replace(deployment, 'shop');
  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      args => {
        const { TableName, IndexName, RequestItems } = args.input as {
          readonly TableName?: string;
          readonly IndexName?: string;
          readonly RequestItems?: object;
        };
        const table = TableName ?? Object.keys(RequestItems ?? {})[0] ?? '';
        const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
        requests.add(`dynamodb:${commandName.replace('Command', '')} ${named(resource)}`);
        return next(args);
      },
    { step: 'initialize' },
  );
  sqs.middlewareStack.add(
    (next, { commandName = '' }) =>
      args => {
        const { QueueUrl = '' } = args.input as { readonly QueueUrl?: string };
        requests.add(`sqs:${commandName.replace('Command', '')} ${named(QueueUrl.split('/').at(-1))}`);
        return next(args);
      },
    { step: 'initialize' },
  );
}

/** One function's process: its deployment, whose requests are noted. */
function processOf(
  { engines, deployment, queueUrlBase }: Place,
  clock: TestClock,
  requests: Requests,
): Deployment {
  const clients = createClients({ endpoints: engines });
  note(requests, deployment, clients);
  return new Deployment(
    { deployment, queueUrlBase, endpoints: engines },
    {
      clients,
      services: {
        clock,
        warn: () => {},
        emit: async () => {
          requests.add('events:PutEvents bus');
        },
      },
    },
  ).know(definitions);
}

export const record = (message: object) =>
  ({ Records: [{ messageId: 'm', receiptHandle: 'r', body: JSON.stringify(message) }] }) as never;

/**
 * What happens around a function: `own` is its process, whose requests count, `others` do what comes before; all of
 * them by one clock.
 */
export class Scene {
  readonly requests: Requests = new Set();
  readonly clock = testClock();
  readonly own: Deployment;
  readonly others: Deployment;

  constructor(place: Place) {
    this.own = processOf(place, this.clock, this.requests);
    this.others = processOf(place, this.clock, new Set());
  }

  async add(...items: Item[]): Promise<string> {
    const [receipt] = await this.others.add(orders, items);
    return receipt?.job ?? '';
  }

  /** A window that is flushed, and whose job waits. */
  async waiting(...items: Item[]): Promise<string> {
    const job = await this.add(...items);
    await this.act('flush', { batch: 'orders' }, this.others);
    return job;
  }

  async run(job: string, deployment = this.others): Promise<void> {
    await consumer(deployment, orders)(record({ job }));
  }

  /** A job that has died. */
  async dead(): Promise<string> {
    const job = await this.waiting({ id: this.#next(), fail: true });
    await this.run(job);
    return job;
  }

  async act(action: AdminAction, event: object, deployment = this.own): Promise<object> {
    const answer = await admin(deployment, definitions, action)(event);
    expect(answer).not.toHaveProperty('code');
    return answer;
  }

  #ids = 1_000;
  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}
