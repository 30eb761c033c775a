import { batch } from 'cistern';
import { consumer } from '#functions/consumer';
import { httpApp } from '#functions/http/app';
import type { Definition } from '#lib/definition/options';
import type { Services } from '#lib/store/services';
import { memoryDeployment } from './memory-deployment.ts';
import { wrongWith } from './openapi.ts';

export interface Item {
  readonly id: number;
  readonly fail?: boolean;
  readonly pad?: string;
}

const failing = ({ batch: items }: { readonly batch: readonly Item[] }) => {
  if (items.some(({ fail }) => fail)) throw new Error('it said so');
  return { handled: items.length };
};
const base = { maxSize: 3, maxWaitMs: 60_000, handler: failing };

const plain = batch<Item>({ ...base, name: 'plain', deadLetter: { enabled: true } });
/** A name with all the characters that names may have. */
const grouped = batch<{ g: string }>({
  name: 'A.b_c:d-1',
  maxSize: 3,
  maxWaitMs: 60_000,
  groupBy: item => item.g,
  handler: () => {},
});
/** A name that begins as another does. */
const sibling = batch<Item>({ ...base, name: 'plain:b', maxPendingBatches: 1 });
const quick = batch<unknown>({
  name: 'quick',
  maxSize: 3,
  maxWaitMs: 60_000,
  persist: false,
  handler: () => {},
});
const large = batch<Item>({
  name: 'large',
  maxSize: 100,
  maxWaitMs: 60_000,
  handler: () => ({ padding: 'x'.repeat(30_000) }),
});

const definitions = [plain, grouped, sibling, quick, large] as unknown as Definition[];

/** An answer, with its body. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A deployment in memory, asked over HTTP; what it answers is held to the OpenAPI document. */
export function operators(change: Partial<Services> = {}) {
  const world = memoryDeployment(change);
  const deployment = world.deployment.know(definitions);
  const app = httpApp(deployment, definitions);
  const ask = async (method: string, path: string, body?: unknown): Promise<Answered> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.request(path, {
      method,
      ...(text !== undefined && { body: text, headers: { 'content-type': 'application/json' } }),
    });
    const wrong = await wrongWith(method, path, response);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    const answered = (await response.json()) as Answered['body'];
    return { status: response.status, headers: response.headers, body: answered };
  };
  return {
    ...world,
    deployment,
    definitions,
    app,
    get: (path: string) => ask('GET', path),
    post: (path: string, body?: unknown) => ask('POST', path, body),
    /** Runs what is in the job queue, each job once. */
    async run(): Promise<void> {
      for (const held of world.queues.jobs.splice(0)) {
        const job = await deployment.services.store.jobs.readJob(held.message.job);
        const name = job?.batch ?? ('inline' in held.message ? held.message.inline.batch : '');
        const definition = definitions.find(each => each.name === name);
        if (definition === undefined) throw new Error(`There is no ${name}.`);
        const record = { messageId: 'm', body: JSON.stringify(held.message), receiptHandle: 'r' };
        await consumer(deployment, definition)({ Records: [record] } as never);
      }
    },
  };
}
