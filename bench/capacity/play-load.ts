import { answering } from '#lib/deployment/answering';
import { random } from '../../test/support/random.ts';
import { PRICES } from '../cost/prices.ts';
import { quantile } from '../measure.ts';
import type { Throttled } from './limits.ts';
import type { Load } from './load.ts';
import { type LoadItem, Model } from './model.ts';
import type { Process } from './process.ts';

/** After the last item, all batches are waited for so long beyond their deadline. */
const DRAIN_MS = 60_000;
const LOOK_MS = 1_000;
/** What an item's JSON has beside its text. */
const ITEM_FIELDS_BYTES = 60;
const WORDS = 'order customer payment address invoice shipment product discount currency amount'.split(' ');

/** What a load has come to. */
export interface Played {
  /** Items a second that were acknowledged, of those that were measured. */
  readonly acknowledged: number;
  /** The share of the measured items that were not stored. */
  readonly failed: number;
  readonly addMs: Percentiles;
  readonly lateMs: Percentiles;
  /** Batches a second whose handler began. */
  readonly windows: number;
  readonly itemsPerWindow: number;
  /** What was turned down, the first limit first. */
  readonly throttled: readonly Throttled[];
  /** Of an acknowledged item, from its add to its job's end. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Of a window, apart from the adds' own units. */
  readonly indexUnits: number;
  /** Items that were acknowledged and in no batch whose handler ended; and those that were in more than one. */
  readonly lost: number;
  readonly again: number;
  /** USD for a million items, without logs and storage. */
  readonly usdPerMillion: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Plays a load in virtual time. */
export async function playLoad(load: Load): Promise<Played> {
  const {
    itemsPerSecond,
    bulk = 1,
    slice = 1,
    seconds = 10,
    warmSeconds = 3,
    from,
    maxWaitMs = 10_000,
  } = load;
  const model = new Model(load);
  if (load.parts !== undefined) await settled(model, model.spreadOver(load.parts));
  const began = model.time.now();
  const calls = { measured: 0, stored: 0, storedMeasured: 0, under: 0, ms: [] as number[], http: 0 };
  const stored = new Set<number>();
  const call = callerOf(model, from === 'http' ? from : Math.max(1, Math.round(from / slice)), () => {
    calls.http += 1;
  });
  const itemsOf = itemMaker(load, began);
  const perMs = itemsPerSecond / slice / bulk / 1_000;
  const warmUntil = began + warmSeconds * 1_000;

  const send = async (): Promise<void> => {
    const at = model.time.now();
    const items = itemsOf(at);
    if (items.length === 0) return;
    const isMeasured = at >= warmUntil;
    if (isMeasured) calls.measured += items.length;
    calls.under += 1;
    const isStored = await call(items).catch(() => false);
    calls.under -= 1;
    if (!isStored) return;
    calls.stored += items.length;
    for (const { n } of items) stored.add(n);
    if (!isMeasured) return;
    calls.storedMeasured += items.length;
    calls.ms.push(model.time.now() - at);
  };
  let owed = 0;
  const stop = model.time.every(1, () => {
    for (owed += perMs; owed >= 1; owed--) void send();
  });
  await model.time.pass(seconds * 1_000);
  stop();
  // what is under way when the load ends counts for no rate
  const rate = calls.storedMeasured / (seconds - warmSeconds);
  const until = model.time.now() + maxWaitMs + DRAIN_MS;
  while (model.time.now() < until && (calls.under > 0 || model.messages > 0)) await model.time.pass(LOOK_MS);

  const { units, account } = { units: model.table.units, account: model.account.used };
  const handled = model.handled.reduce((sum, { items }) => sum + items, 0);
  const late = model.handled.filter(({ at }) => at >= warmUntil).map(({ lateMs }) => lateMs);
  const cost =
    units.writes * PRICES.writeUnit +
    units.reads * PRICES.readUnit +
    model.sqsRequests * PRICES.sqsRequest +
    account.invocations * PRICES.invocation +
    account.gbSeconds * PRICES.gbSecond +
    calls.http * PRICES.httpRequest;
  const during = model.handled.filter(({ at }) => at >= warmUntil && at < began + seconds * 1_000).length;
  return {
    acknowledged: rate * slice,
    failed: 1 - calls.storedMeasured / Math.max(1, calls.measured),
    addMs: percentiles(calls.ms),
    lateMs: percentiles(late),
    windows: (during / (seconds - warmSeconds)) * slice,
    itemsPerWindow: handled / Math.max(1, model.handled.length),
    throttled: [...model.limits.throttled.values()].sort((a, b) => a.firstMs - b.firstMs),
    writeUnits: units.writes / Math.max(1, calls.stored),
    readUnits: units.reads / Math.max(1, calls.stored),
    indexUnits: units.indexWrites / Math.max(1, model.handled.length),
    lost: [...stored].filter(n => !model.ended.has(n)).length,
    again: [...model.ended.values()].filter(times => times > 1).length,
    usdPerMillion: (cost / Math.max(1, calls.stored)) * 1e6,
  };
}

/** Lets time pass until some work is done. */
async function settled(model: Model, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  while (!isDone) await model.time.pass(1);
}

/** Makes a function that adds items by the load's way. It tells whether they were stored. */
function callerOf(
  model: Model,
  from: Load['from'],
  requested: () => void,
): (items: readonly LoadItem[]) => Promise<boolean> {
  const { limits, ingest } = model;
  if (from === 'http') {
    return async items => {
      requested();
      const { bucket, limit } = limits.http;
      if (!bucket.isOpen) {
        limits.count(limit);
        return false;
      }
      bucket.take(1);
      const invoked = await ingest(({ deployment, definition }) =>
        answering(
          () => deployment,
          () => deployment.add(definition, items),
        ),
      );
      return invoked !== undefined;
    };
  }
  const processes: Process[] = [];
  let next = 0;
  return async items => {
    next = (next + 1) % from;
    const process = processes[next] ?? model.process();
    processes[next] = process;
    await process.deployment.add(process.definition, items);
    return true;
  };
}

/**
 * Makes the items of each call. They go to one group, drawn for each call; those of a call that is larger than all groups
 * go to each group in turn. Groups begin one after the other, so that they are not all due together: until the last one
 * has begun, the load grows.
 */
function itemMaker(
  { bulk = 1, groups = 1, slice = 1, itemBytes = 200, maxWaitMs = 10_000, together = false }: Load,
  began: number,
): (at: number) => LoadItem[] {
  const here = groups === 1 ? 1 : Math.max(1, Math.round(groups / slice));
  const draw = random(2);
  let n = 0;
  return at => {
    const drawn = Math.floor(draw() * here);
    if (!together && drawn * (maxWaitMs / here) > at - began) return [];
    return Array.from({ length: bulk }, () => {
      n += 1;
      return {
        n,
        group: String(bulk >= here ? n % here : drawn),
        at,
        text: textOf(itemBytes - ITEM_FIELDS_BYTES, draw),
      };
    });
  };
}

/** Text of words, which compresses about as well as items do. */
function textOf(bytes: number, draw: () => number): string {
  let text = '';
  while (text.length < bytes)
    text += `${WORDS[Math.floor(draw() * WORDS.length)]} ${Math.floor(draw() * 1e4)} `;
  return text.slice(0, Math.max(0, bytes));
}

const percentiles = (values: readonly number[]): Percentiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
  max: quantile(values, 1),
});
