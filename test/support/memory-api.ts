import { batch } from 'cistern';
import * as v from 'valibot';
import { consumer } from '#functions/consumer';
import { httpApp } from '#functions/http/app';
import type { Definition } from '#lib/definition/options';
import type { NewJob } from '#lib/store/job';
import { NOW } from './answers.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import { stillClock } from './still-clock.ts';

/** What was asked of the API. */
export interface Asked {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

type Answer = Record<string, unknown> | (() => Response | Promise<Response>);

const fieldOf = (item: unknown, name: string): unknown =>
  typeof item === 'object' && item !== null ? Reflect.get(item, name) : undefined;

let keys = 0;
/** Takes any JSON. Items with the same `id` are duplicates, `site` is their group, and the schema refuses `bad`. */
const clicks = batch<unknown>({
  name: 'clicks',
  maxSize: 10_000,
  maxWaitMs: 60_000,
  groupBy: item => String(fieldOf(item, 'site') ?? ''),
  deduplicateBy: item => {
    const id = fieldOf(item, 'id');
    if (id !== undefined) return `id ${id}`;
    keys += 1;
    return `item ${keys}`;
  },
  schema: v.pipe(
    v.any(),
    v.check(item => fieldOf(item, 'bad') !== true, 'it is bad'),
  ),
  deadLetter: { enabled: true },
  retries: { max: 0 },
  handler: ({ batch: items }) => {
    if (items.some(item => fieldOf(item, 'fail') === true)) throw new Error('it said so');
  },
});
const plain = batch<unknown>({ name: 'a:b.c', maxSize: 10, maxWaitMs: 60_000, handler: () => {} });
const DEFINITIONS = [clicks, plain] as unknown as Definition[];

/**
 * The real API over a deployment in memory, on a clock that goes on while the command line sleeps. It writes down what it
 * is asked. What no small deployment answers can be set: a figure, a failure, an answer of a later version.
 */
export class MemoryApi {
  readonly asked: Asked[] = [];
  readonly clock = stillClock(NOW);
  readonly #world: MemoryDeployment = memoryDeployment({}, this.clock);
  readonly #app = httpApp(this.#world.deployment.know(DEFINITIONS), DEFINITIONS);
  readonly #next = new Map<string, Answer[]>();
  readonly #always = new Map<string, () => Answer>();

  /** The next answers to such requests, `POST /v1/batches/clicks/items`, in place of its own. */
  next(route: string, ...answers: readonly Answer[]): this {
    this.#next.set(route, [...(this.#next.get(route) ?? []), ...answers]);
    return this;
  }

  /** What such requests are answered from now on, in place of its own. */
  always(route: string, answer: () => Answer): this {
    this.#always.set(route, answer);
    return this;
  }

  /** Has the API answer with these jobs, in a page of `clicks` and one by one, in place of its own. */
  shows(...jobs: readonly Record<string, unknown>[]): this {
    this.always('GET /v1/batches/clicks/jobs', () => ({ jobs }));
    for (const job of jobs) this.always(`GET /v1/jobs/${job['id']}`, () => job);
    return this;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted();
    const { pathname, search } = new URL(request.url);
    const text = await request.clone().text();
    this.asked.push({
      method: request.method,
      path: pathname + search,
      body: text === '' ? undefined : JSON.parse(text),
      headers: Object.fromEntries(request.headers),
    });
    const route = `${request.method} ${pathname}`;
    const set = this.#next.get(route)?.shift() ?? this.#always.get(route)?.();
    if (typeof set === 'function') return set();
    return set ? Response.json(set) : this.#app.fetch(request);
  };

  /** Time passes for the deployment while a command line sleeps. */
  readonly onSleep = (ms: number): void => this.clock.advance(ms);

  /** The requests that change something, without their bodies. */
  get changes(): string[] {
    return this.asked
      .filter(({ method }) => method === 'POST')
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** Adds items to `clicks`. */
  async adds(...items: readonly unknown[]): Promise<this> {
    await this.#world.deployment.add(clicks as unknown as Definition, items);
    return this;
  }

  /** Adds items to `clicks`, flushes them, and runs their jobs once. Returns the jobs' ids. */
  async ran(...items: readonly unknown[]): Promise<string[]> {
    const { deployment, queues } = this.#world;
    await this.adds(...items);
    const { flush } = await deployment.operations(clicks as unknown as Definition);
    const jobs = await flush();
    for (const held of queues.jobs.splice(0)) {
      const record = { messageId: 'm', body: JSON.stringify(held.message), receiptHandle: 'r' };
      await consumer(deployment, clicks as unknown as Definition)({ Records: [record] } as never);
    }
    return jobs.map(({ job }) => job);
  }

  /** Puts the records of waiting jobs of a group of `clicks`, the oldest first. */
  async waits(ids: readonly string[], group = ''): Promise<this> {
    for (const [at, id] of ids.entries()) {
      const sealedAt = NOW - ids.length + at;
      const job: NewJob = {
        ...{ id, batch: 'clicks', group, place: undefined, count: 1, reason: 'size' },
        ...{ createdAt: sealedAt, deadline: sealedAt, sealedAt },
      };
      await this.#world.store.jobs.putJob(job, sealedAt);
    }
    return this;
  }

  /** The items of `clicks` that are buffered without a group, in their order. */
  async items(): Promise<unknown[]> {
    const { peek } = await this.#world.deployment.operations(clicks as unknown as Definition);
    const found: unknown[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await peek({ group: '', limit: 500, ...(cursor !== undefined && { cursor }) });
      found.push(...page.items.map(({ item }) => item));
      cursor = page.cursor;
      if (cursor === undefined) return found;
    }
  }
}
