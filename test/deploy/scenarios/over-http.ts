import pLimit from 'p-limit';
import type { Deployed } from '../deployed.ts';
import { byReason, Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';
import { PAGE_ORIGIN } from '../page-origin.ts';
import { tellsWhatHappened } from './what-is-told.ts';

const SINGLY = 100;
const BULK = 100;
const TWICE_EVERY = 20;
const PARALLEL_REQUESTS = 4;

/** Real flights over the HTTP API: singly, in bulk by airport, one in twenty a second time. */
export async function overHttp(deployed: Deployed, items: readonly Item[]): Promise<string> {
  await refuses(deployed);
  await letsPagesAsk(deployed);
  const evidence = new Evidence('departures');
  const sent = items.flatMap((item, at) =>
    at % TWICE_EVERY === 0 ? [item, { ...item, id: `${item.id} again` }] : [item],
  );
  const post: Send = (batch, part) => deployed.post(batch, part);
  const limit = pLimit(PARALLEL_REQUESTS);
  const parts = [...sent.slice(0, SINGLY).map(item => [item]), ...byAirport(sent.slice(SINGLY))];
  await Promise.all(parts.map(part => limit(() => evidence.add(post, part))));
  if (evidence.duplicates === 0) throw new Error('No flight that was sent twice was told to be a duplicate.');
  const runs = await evidence.judge(deployed, {
    maxSize: 100,
    keyOf: ({ date, origin, destination }) => `${date} ${origin} ${destination}`,
  });
  const reasons = new Set(runs.map(({ reason }) => reason));
  for (const reason of ['size', 'time']) if (!reasons.has(reason)) throw new Error(`No batch by ${reason}.`);
  const told = await tellsWhatHappened(deployed, evidence, runs);
  return `${sent.length} items over HTTP: ${evidence.accepted.length} accepted, each in its batch; ${evidence.duplicates} duplicates dropped; batches: ${byReason(runs)}; ${told}`;
}

/** A browser asks without credentials whether a page may send, and sees the answers to what the page sends. */
async function letsPagesAsk(deployed: Deployed): Promise<void> {
  const asked = await deployed.preflight(PAGE_ORIGIN);
  const sent = await deployed.request('/health', { headers: { origin: PAGE_ORIGIN } });
  for (const [what, { ok, status, headers }] of [
    ['preflight', asked],
    ['answer', sent],
  ] as const) {
    const allowed = headers.get('access-control-allow-origin');
    if (!ok || allowed !== PAGE_ORIGIN)
      throw new Error(`The ${what} was ${status}, for the origin ${allowed}.`);
  }
}

const LARGE: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ item: 'x'.repeat(7_000_000) }),
};

/** What the API must not take. */
async function refuses(deployed: Deployed): Promise<void> {
  const expected = [
    ['an unsigned request', fetch(deployed.url('/health')), 403],
    ['an unknown batch', deployed.request('/v1/batches/nobody/buffer'), 404],
    ['an unknown path', deployed.request('/v2'), 404],
    // larger than Lambda takes: on AWS it is API Gateway that answers
    ['a body of 7 MB', deployed.request('/v1/batches/departures/items', LARGE), 413],
  ] as const;
  for (const [what, request, status] of expected) {
    const response = await request;
    if (response.status !== status) throw new Error(`${what} was answered with ${response.status}.`);
  }
}

function byAirport(items: readonly Item[]): Item[][] {
  const airports = [...new Set(items.map(({ origin }) => origin))];
  return airports.flatMap(airport =>
    bulks(
      items.filter(({ origin }) => origin === airport),
      BULK,
    ),
  );
}

/** Cut into parts of so many. */
export const bulks = (items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
