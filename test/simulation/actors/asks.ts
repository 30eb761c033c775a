import type { BatchOperations } from '#lib/batch-operations';
import { type FoundItem, findItem } from '#lib/control/find-item';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { ActedOn, PurgeFilter } from '#lib/jobs/act-on-jobs';
import { findErrors } from '#lib/jobs/find-errors';
import type { AdminAction } from '#lib/topology';
import type { Evidence, Item } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { HttpRequest } from '../world/http.ts';
import type { PlayItem } from './play-item.ts';

/** Where something is asked, and what its answer is held against. */
interface Asked {
  readonly deployment: Deployment;
  readonly definition: Definition;
  readonly evidence: Evidence;
}

type Ask = (
  operations: BatchOperations<PlayItem>,
  draws: Draws,
  about: (job: string) => void,
  asked: Asked,
) => Promise<unknown>;

/** What was seen of a group by peek(). */
export interface Peeked {
  readonly group: string | undefined;
  readonly items: readonly { readonly job: string; readonly slot: number; readonly id: string }[];
}

/** Where an item was found by its key. */
export interface Found extends FoundItem {
  readonly item: Item;
}

/** What was purged by a filter. */
export interface Purged {
  readonly status: PurgeFilter['status'];
  readonly done: number;
  /** Jobs that were not purged, as far as is known. */
  readonly refused: readonly string[];
}

const idsOf = (refused: ActedOn['refused']): string[] => refused.map(({ job }) => job);

/** Acts on all pages of what a filter finds. */
async function onAllPages(
  act: (cursor: string | undefined) => Promise<ActedOn>,
): Promise<Pick<Purged, 'done' | 'refused'>> {
  let page = await act(undefined);
  let { done } = page;
  const refused = idsOf(page.refused);
  while (page.cursor !== undefined) {
    page = await act(page.cursor);
    done += page.done;
    refused.push(...idsOf(page.refused));
  }
  return { done, refused };
}

/** An item of the batch that is asked about, where the definition deals with items as when it was added. */
const pickItem = (draws: Draws, { definition, evidence }: Asked): Item | undefined => {
  const items = [...evidence.items.values()].filter(
    ({ batch, group, key }) =>
      batch === definition.name &&
      (group !== undefined) === (definition.groupBy !== undefined) &&
      (key !== undefined) === (definition.deduplicateBy !== undefined),
  );
  return items.length > 0 ? draws.pick(items) : undefined;
};

/** All that operators ask of a batch. */
export const ASKS: Readonly<Record<string, Ask>> = {
  pause: operations => operations.pause(),
  'pause ingestion': operations => operations.pause({ ingestion: true }),
  resume: operations => operations.resume(),
  flush: operations => operations.flush(),
  'flush by force': operations => operations.flush(undefined, { force: true }),
  drain: (operations, draws) => operations.drain({ timeoutMs: draws.pick([2_000, 60_000]) }),
  startDrain: operations => operations.startDrain({ timeoutMs: 60_000 }),
  status: operations => operations.status(),
  getJobs: operations => operations.getJobs({ limit: 20 }),
  redriveAll: operations => operations.redriveAll(),
  redrive: async (operations, draws, about) => {
    const { jobs } = await operations.getJobs({ status: draws.pick(['failed', 'dead']), limit: 10 });
    if (jobs.length === 0) return undefined;
    const { id } = draws.pick(jobs);
    about(id);
    return operations.redrive(id);
  },
  getJobItems: async (operations, draws) => {
    const { jobs } = await operations.getJobs({ limit: 10 });
    return jobs.length > 0 ? operations.getJobItems(draws.pick(jobs).id) : undefined;
  },
  purge: async (operations, draws, about) => {
    const { jobs } = await operations.getJobs({
      status: draws.pick(['completed', 'failed', 'dead']),
      limit: 10,
    });
    if (jobs.length === 0) return undefined;
    const { id } = draws.pick(jobs);
    about(id);
    return operations.purge(id);
  },
  redriveJobs: async (operations, draws) => {
    const filter = {
      status: draws.pick(['failed', 'dead', undefined] as const),
      error: draws.pick(['e', undefined]),
      limit: draws.pick([1, 50]),
    };
    return (await onAllPages(cursor => operations.redriveJobs({ ...filter, cursor }))).done;
  },
  findErrors: (_operations, _draws, _about, { deployment, definition }) =>
    findErrors(deployment.services, definition.name),
  peek: async (operations, draws, _about, asked): Promise<Peeked | undefined> => {
    const item = pickItem(draws, asked);
    if (item === undefined || !asked.definition.persist) return undefined;
    const { group } = item;
    const limit = draws.pick([1, 3, 500]);
    const items: Peeked['items'][number][] = [];
    let cursor: string | undefined;
    do {
      const page = await operations.peek({ group, limit, cursor });
      items.push(...page.items.map(({ slot, item }) => ({ job: page.job ?? '', slot, id: item.id })));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { group, items };
  },
  findItem: async (_operations, draws, _about, asked): Promise<Found | undefined> => {
    const { deployment, definition } = asked;
    const item = pickItem(draws, asked);
    if (item?.key === undefined || !definition.persist || definition.dedupKeep) return undefined;
    const { key, group } = item;
    const places: FoundItem['places'][number][] = [];
    let [cursor, looked]: [string | undefined, number] = [undefined, 0];
    do {
      const page = await findItem(deployment.services, definition, { key, group, cursor });
      places.push(...page.places);
      looked += page.looked;
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { item, places, looked };
  },
  purgeJobs: async (operations, draws): Promise<Purged> => {
    const status = draws.pick(['completed', 'failed', 'dead'] as const);
    const limit = draws.pick([1, 50]);
    return { status, ...(await onAllPages(cursor => operations.purgeJobs({ status, limit, cursor }))) };
  },
};

/** What a batch is asked over HTTP, below its own path. */
interface HttpAsk extends Pick<HttpRequest, 'method' | 'path'> {
  readonly query: string;
  readonly body?: object;
  /** Which of the operators' functions is invoked for the same directly, and what its event has besides the batch. */
  readonly direct: readonly [AdminAction, object?];
  /** What its answer is for whoever asks the library. Default: the same. */
  readonly resultOf?: (answer: object) => unknown;
}

const post = (path: string, action: AdminAction, body?: object): HttpAsk => ({
  method: 'POST',
  path,
  query: '',
  ...(body && { body }),
  direct: body ? [action, body] : [action],
});
const get = (path: string, query: string, direct: HttpAsk['direct']): HttpAsk => ({
  method: 'GET',
  path,
  query,
  direct,
});

const redrivenOf = (answer: object): number => (answer as { redriven: number }).redriven;

export const OVER_HTTP: Readonly<Record<string, HttpAsk>> = {
  pause: post('/pause', 'pause'),
  'pause ingestion': post('/pause', 'pause', { ingestion: true }),
  resume: post('/resume', 'resume', {}),
  flush: post('/flush', 'flush'),
  'flush by force': post('/flush', 'flush', { force: true }),
  startDrain: post('/drain', 'drain', { timeoutMs: 60_000 }),
  status: get('', '', ['status']),
  getJobs: get('/jobs', 'limit=20', ['jobs', { limit: 20 }]),
  redriveAll: { ...post('/redrive', 'redrive'), resultOf: redrivenOf },
  redriveJobs: { ...post('/redrive', 'redrive', { limit: 50 }), resultOf: redrivenOf },
  purgeJobs: {
    ...post('/purge', 'purge', { status: 'failed', limit: 50 }),
    resultOf: (answer): Purged => {
      const { purged, refused } = answer as { purged: number; refused: ActedOn['refused'] };
      return { status: 'failed', done: purged, refused: idsOf(refused) };
    },
  },
};

/** Requests to operators' functions that cannot be served. */
export const MALFORMED: readonly ((batch: string) => HttpRequest)[] = [
  batch => ({ method: 'POST', path: `${batch}/pause`, body: '{"ingestion":1}' }),
  batch => ({ method: 'POST', path: `${batch}/pause`, body: '{"for":"ever"}' }),
  batch => ({ method: 'POST', path: `${batch}/pause`, body: '[]' }),
  batch => ({ method: 'POST', path: `${batch}/drain`, body: '{"timeoutMs":0.5}' }),
  batch => ({ method: 'POST', path: `${batch}/drain`, body: '{"timeoutMs":1e300}' }),
  batch => ({ method: 'POST', path: `${batch}/flush`, body: '{"group":' }),
  batch => ({ method: 'POST', path: `${batch}/flush`, body: '{}', headers: { 'content-type': 'text/html' } }),
  batch => ({ method: 'POST', path: `${batch}/redrive`, body: '{"job":"all"}' }),
  batch => ({ method: 'GET', path: `${batch}/jobs`, query: 'limit=0' }),
  batch => ({ method: 'GET', path: `${batch}/jobs`, query: 'limit=20&limit=20' }),
  batch => ({ method: 'GET', path: `${batch}/jobs`, query: 'status=lost' }),
  batch => ({ method: 'GET', path: `${batch}/jobs`, query: 'cursor=there' }),
  batch => ({ method: 'GET', path: `${batch}/buffer`, query: 'group=%ff' }),
  batch => ({ method: 'GET', path: `${batch}/groups`, query: 'cursor=%7C' }),
  batch => ({ method: 'DELETE', path: batch }),
  () => ({ method: 'POST', path: '/v1/batches/nothing/pause' }),
  () => ({ method: 'GET', path: '/v1/batches/__proto__' }),
  () => ({ method: 'POST', path: '/v1/jobs/no%21job/purge' }),
  () => ({ method: 'POST', path: '/v1/jobs/%2e%2e/redrive' }),
  () => ({ method: 'GET', path: '/v1/jobs/no%21job', query: 'items=maybe' }),
  () => ({ method: 'GET', path: '/v1' }),
];
