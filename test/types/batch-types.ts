import { type BatchContext, batch, type Handler, type Stored } from 'cistern';
import * as v from 'valibot';
import type { Equal, Expect } from './expect.ts';

/** Compiled by `npm run check`, and never run: what definitions know of their items and results. */

const BOUNDS = { name: 'typed', maxSize: 10, maxWaitMs: 1_000 };

interface Visit {
  readonly site: string;
  readonly at: Date;
  readonly note?: string;
  readonly payload: unknown;
  readonly before: Visit[];
}
interface SeenVisit {
  readonly site: string;
  readonly at: string;
  readonly note?: string;
  readonly payload: unknown;
  readonly before: SeenVisit[];
}

export const visits = batch<Visit, { readonly until: Date }>({
  ...BOUNDS,
  groupBy: ({ at }) => at.slice(0, 10),
  deduplicateBy: { key: ({ at, site }) => `${site} ${at.toUpperCase()}`, ttlMs: 1_000 },
  urgent: ({ before }) => before.some(({ at }) => at.startsWith('2026')),
  hooks: {
    beforeFlush: items => items.filter(({ at }) => at.endsWith('Z')),
    onSuccess: ({ items: [first], result }, returned) => [
      first?.at.length,
      result?.until.length,
      returned.until.getTime(),
    ],
    onFail: ({ items: [first] }) => first?.at.length,
  },
  deadLetter: { enabled: true, onDead: ({ items: [first] }) => first?.at.length },
  handler: ({ batch: items, fail, failAt }) => {
    // @ts-expect-error a place is no item
    fail(0);
    failAt(0, new Error('no'), { delayMs: 5, retryable: false });
    // @ts-expect-error no such option
    failAt(0, undefined, { retriable: false });
    for (const visit of items) {
      const seen: SeenVisit = visit;
      // @ts-expect-error a Date was added, and its JSON is a text
      const at: Date = visit.at;
      fail(visit, [seen, at]);
    }
    return { until: new Date() };
  },
});

export const shownPrices = [
  batch<Visit>({
    ...BOUNDS,
    deduplicateBy: { key: ({ site }) => site, at: 'flush', keep: 'last' },
    handler: () => {},
  }),
  batch<Visit>({
    ...BOUNDS,
    // @ts-expect-error keys that are compared at the flush are not remembered
    deduplicateBy: { key: ({ site }) => site, at: 'flush', keep: 'last', ttlMs: 5_000 },
    handler: () => {},
  }),
  batch<Visit>({
    ...BOUNDS,
    // @ts-expect-error which of them stays has to be said
    deduplicateBy: { key: ({ site }) => site, at: 'flush' },
    handler: () => {},
  }),
  batch<Visit>({
    ...BOUNDS,
    // @ts-expect-error of remembered keys the first item stays
    deduplicateBy: { key: ({ site }) => site, ttlMs: 5_000, keep: 'last' },
    handler: () => {},
  }),
];

export async function useVisits(visit: Visit): Promise<void> {
  await visits.addBulk([visit]);
  const receipt = await visits.add({ site: 'a', at: new Date(), payload: { any: [1] }, before: [] });
  // @ts-expect-error no Date
  await visits.add({ site: 'a', at: 'today', payload: 1, before: [] });
  // @ts-expect-error no payload
  await visits.add({ site: 'a', at: new Date(), before: [] });

  const { result } = await visits.waitFor(receipt);
  const until: string | undefined = result?.until;
  // @ts-expect-error the handler returns no such thing
  result?.count;
  const [item] = await visits.getJobItems(receipt.job);
  const job = await visits.getJob(receipt.job);
  const { jobs } = await visits.getJobs({ status: 'completed' });
  const known: readonly (string | undefined)[] = [
    until,
    item?.item.at,
    job?.result?.until,
    jobs[0]?.result?.until,
    (await visits.redrive(receipt.job)).result?.until,
  ];
  console.log(known);
}

// what JSON cannot hold is refused, wherever it is in an item
// @ts-expect-error a function
batch<{ run: () => void }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a method, which is no part of the JSON
batch<{ total(): number }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a bigint
batch<{ deep: { id: bigint }[] }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a symbol
batch<{ kind?: symbol }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a Map
batch<{ byKey: Map<string, string> }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a Set, in a union
batch<{ tags: string[] | ReadonlySet<string> }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a RegExp
batch<{ match: [string, RegExp] }>({ ...BOUNDS, handler() {} });
// @ts-expect-error bytes that have no toJSON
batch<{ bytes: Uint8Array }>({ ...BOUNDS, handler() {} });
// @ts-expect-error a promise
batch<{ later: Promise<string> }>({ ...BOUNDS, handler() {} });
// @ts-expect-error an item that is a bigint
batch<bigint>({ ...BOUNDS, handler() {} });
// @ts-expect-error an item that is a function
batch<() => void>({ ...BOUNDS, handler() {} });
// @ts-expect-error an item that is a Set
batch<Set<string>>({ ...BOUNDS, handler() {} });
// @ts-expect-error what a schema makes of an item is stored, and has to be JSON
batch({ ...BOUNDS, schema: v.pipe(v.string(), v.transform(BigInt)), handler() {} });

// what JSON can hold is taken
export const taken = [
  batch<string | null>({ ...BOUNDS, handler() {} }),
  batch<number[]>({ ...BOUNDS, handler() {} }),
  batch<readonly [id: number, at?: Date]>({ ...BOUNDS, handler() {} }),
  batch<Record<string, { readonly url: URL; bytes: Buffer } | undefined>>({ ...BOUNDS, handler() {} }),
  batch<unknown>({ ...BOUNDS, handler() {} }),
];

// without a type and a schema an item is any JSON value
export const anything = batch({
  ...BOUNDS,
  handler: ({ batch: [first] }) => (typeof first === 'string' ? first.length : 0),
});
export async function useAnything(): Promise<number | undefined> {
  await anything.addBulk([{ a: [1, null, { b: 'c' }], d: undefined }, 'text', 1, true, null]);
  // @ts-expect-error a function
  await anything.add(() => 1);
  // @ts-expect-error a function within
  await anything.add({ a: () => 1 });
  // @ts-expect-error a bigint
  await anything.add({ a: 1n });
  // @ts-expect-error a Map
  await anything.add({ a: new Map() });
  // @ts-expect-error nothing
  await anything.add(undefined);
  return (await anything.waitFor('')).result;
}

// a schema says what add() takes, and what the handler gets; what the handler returns says what waitFor() knows
export const parsed = batch({
  ...BOUNDS,
  schema: v.pipe(
    v.object({ price: v.string() }),
    v.transform(({ price }) => ({ price: Number(price), at: new Date() })),
  ),
  groupBy: ({ at }) => at,
  handler: async ({ batch: [first] }) => ({ price: first?.price ?? 0, at: first?.at ?? '' }),
});
export async function useParsed(): Promise<{ readonly price: number; readonly at: string } | undefined> {
  await parsed.add({ price: '9.99' });
  // @ts-expect-error the schema takes a text
  await parsed.add({ price: 9.99 });
  return (await parsed.waitFor(await parsed.add({ price: '1' }))).result;
}

// types are taken from annotated functions too
interface Click {
  readonly site: string;
}
export const byContext = batch({ ...BOUNDS, handler: ({ batchSize }: BatchContext<Click>) => batchSize });
export const byKey = batch({ ...BOUNDS, groupBy: ({ site }: Click) => site, handler() {} });
const store: Handler<Visit, number> = ({ batch: [first] }) => first?.at.length ?? 0;
export const byHandler = batch<Visit, number>({ ...BOUNDS, handler: store });
export const lazily = batch<Visit, number>({ ...BOUNDS, handler: async () => ({ default: store }) });
export async function useAnnotated(): Promise<void> {
  await byContext.add({ site: 'a' });
  // @ts-expect-error another item
  await byContext.add({ page: 'a' });
  // @ts-expect-error another item
  await byKey.add({ page: 'a' });
}

export type Laws = [
  Expect<Equal<Stored<Visit>['at'], string>>,
  Expect<Equal<Stored<Click>, Click>>,
  Expect<Equal<Stored<unknown>, unknown>>,
  Expect<Equal<Stored<void>, undefined>>,
  Expect<Equal<Stored<{ count: bigint; at?: Date }>, { count: never; at?: string }>>,
  Expect<Equal<Stored<[number, Date]>, [number, string]>>,
  Expect<Equal<Stored<Stored<Visit>>['before'], Stored<Visit>['before']>>,
];
