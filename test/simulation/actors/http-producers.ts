import type { Receipt } from 'cistern';
import type { Evidence, Item } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import { type HttpRequest, invoke, request, type Server } from '../world/http.ts';
import type { Stage } from '../world/stage.ts';
import { beginAdd, tellOf } from './adding.ts';
import type { PlayItem } from './play-item.ts';

/** What a 503 says of each item where some of them are not stored. */
interface Incomplete {
  readonly code: string;
  readonly stored?: readonly { readonly index: number; readonly receipt: Receipt }[];
  readonly notStored?: readonly number[];
  readonly unknown?: readonly number[];
}

/** Adds items over HTTP or by direct invocation, and takes down what it is told. */
export async function addOverHttp(
  stage: Stage,
  batch: string,
  given: readonly PlayItem[],
  evidence: Evidence,
  draws: Draws,
): Promise<void> {
  const items = beginAdd(evidence, batch, given, undefined, undefined);
  const body = given.length === 1 ? { item: given[0] } : { items: given };
  const path = `/v1/batches/${batch}/items`;
  const taken = (server: Server) => {
    // its rules are those of the function that has taken it, which may be older than what is deployed now
    const { groupBy, deduplicateBy, dedupKeep } = server.definitionOf(batch) ?? {};
    for (const [at, item] of items.entries()) {
      item.takenBy = server.process;
      if (groupBy) item.group = given[at]?.group;
      if (deduplicateBy) item.key = given[at]?.key;
      item.keep = dedupKeep;
    }
  };
  const { ingest } = stage.functions;
  if (draws.chance(0.3)) {
    const invoked = await invoke(stage.world, ingest, { batch, ...body }, taken);
    if (invoked === undefined) return;
    if ('answer' in invoked) takeAnswer(evidence, items, { status: 202, body: invoked.answer });
    else takeAnswer(evidence, items, { status: invoked.problem.status, body: invoked.problem });
    return;
  }
  const asked = { method: 'POST', path, body: JSON.stringify(body) };
  const answer = await request(stage.world, ingest, asked, taken);
  if (answer === undefined) return;
  evidence.answers.push({ path, status: answer.status, isMalformed: false, code: codeOf(answer.body) });
  takeAnswer(evidence, items, answer);
}

function takeAnswer(
  evidence: Evidence,
  items: readonly Item[],
  { status, body }: { readonly status: number; readonly body: unknown },
): void {
  if (status === 202) {
    const { receipts } = body as { receipts: readonly Receipt[] };
    for (const [at, receipt] of receipts.entries()) tellOf(evidence, items[at], 'stored', receipt);
    return;
  }
  const { code, stored = [], notStored = [], unknown = [] } = body as Incomplete;
  // what is in the memory of the function's process may be sent yet
  const all = code === 'batch.not_sent' || status === 500 ? 'unknown' : 'refused';
  for (const item of items) tellOf(evidence, item, all);
  for (const { index, receipt } of stored) tellOf(evidence, items[index], 'stored', receipt);
  for (const index of notStored) tellOf(evidence, items[index], 'not stored');
  for (const index of unknown) tellOf(evidence, items[index], 'unknown');
}

export const codeOf = (body: unknown): string | undefined => (body as { code?: string } | undefined)?.code;

const text = (given: readonly PlayItem[]): string => JSON.stringify({ items: given });

/** Requests that cannot be served, whatever is deployed. */
const MALFORMED: readonly ((given: readonly PlayItem[], path: string) => Partial<HttpRequest>)[] = [
  given => ({ body: text(given).slice(0, -1) }),
  given => ({ body: text(given), headers: { 'content-type': 'text/plain' } }),
  given => ({
    body: text(given),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  }),
  given => ({ body: text(given), headers: {} }),
  given => ({ body: JSON.stringify({ item: given[0], items: given }) }),
  given => ({ body: JSON.stringify({ items: given, force: true }) }),
  given => ({ body: JSON.stringify(given) }),
  given => ({ body: text(given).replace('{', '{"items":[],') }),
  given => ({ body: text(given).replace(/\]\}$/, ',9007199254740993]}') }),
  given => ({ body: text(given), path: '/v1/batches/nothing/items' }),
  given => ({ body: text(given), path: '/v1/batches/constructor/items' }),
  (given, path) => ({ body: text(given), path: `${path}/` }),
  (given, path) => ({ body: text(given), path: path.replace('/b', '/%ff') }),
  given => ({ body: text(given), query: 'group=g1' }),
  given => ({ body: text(given), method: 'PUT' }),
  () => ({}),
  () => ({ body: '' }),
  () => ({ body: 'null' }),
  () => ({ body: '{"items":{}}' }),
  () => ({ body: `{"item":${'['.repeat(2_000)}${']'.repeat(2_000)}}` }),
  () => ({ body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true }),
];

/** Sends a request that cannot be served: nothing of it may be stored. */
export async function sendMalformed(
  stage: Stage,
  batch: string,
  given: readonly PlayItem[],
  evidence: Evidence,
  draws: Draws,
): Promise<void> {
  const path = `/v1/batches/${batch}/items`;
  const odd = draws.pick(MALFORMED)(given, path);
  const items = beginAdd(evidence, batch, given, undefined, undefined);
  for (const item of items) tellOf(evidence, item, 'malformed');
  const answer = await request(stage.world, stage.functions.ingest, { method: 'POST', path, ...odd });
  if (answer === undefined) return;
  const { status, body } = answer;
  evidence.answers.push({ path: odd.path ?? path, status, isMalformed: true, code: codeOf(body) });
}
