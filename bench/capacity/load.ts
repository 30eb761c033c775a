import { GROWN, NEW, type Quotas, RAISED } from './limits.ts';

/** A load, and the deployment that it meets. */
export interface Load {
  readonly name: string;
  readonly itemsPerSecond: number;
  /** Items of one call; 1: `add`. Default 1. */
  readonly bulk?: number;
  /** Of an item's JSON, about. Default 200. */
  readonly itemBytes?: number;
  /** Items go to so many groups evenly. Default 1. */
  readonly groups?: number;
  /** Whether all groups begin at once, and so are due together. Default: they begin one after the other. */
  readonly together?: boolean;
  /** Whether items have dedup keys, and when it is decided by them. Default: they have none. */
  readonly keyed?: 'at the add' | 'at the flush';
  /** How long the processes let adds wait for others. Default 0. */
  readonly lingerMs?: number;
  readonly maxSize?: number;
  readonly maxWaitMs?: number;
  /** `http`: each call is a request to the API. A number: so many processes of one's own, which call side by side. */
  readonly from: 'http' | number;
  readonly quotas: Quotas;
  /** What share of the deployment is modelled: 1/`slice`. Default 1. */
  readonly slice?: number;
  /** How long items come, in virtual seconds. Default 10. */
  readonly seconds?: number;
  /** Items of the first seconds are not measured: instances start, and buckets are full. Default 3. */
  readonly warmSeconds?: number;
  /** Partitions of the batch in the due index. Default 1; the ticker raises it up to 32 where they are large. */
  readonly parts?: number;
  /** Whether Lambda's pollers have scaled up already. Default `warm`. */
  readonly pollers?: 'cold' | 'warm';
  /** What goes wrong meanwhile. Default: nothing. */
  readonly trouble?: Trouble;
}

export interface Trouble {
  /** Of the handlers' calls, the share whose process dies in the middle of it. */
  readonly dying?: number;
  /** A share of all requests to the table is turned down for some seconds. */
  readonly refused?: { readonly share: number; readonly fromSecond: number; readonly seconds: number };
}

const MINUTE = 60;
const MILLION_A_MINUTE = 1e6 / MINUTE;
/** Partitions of a batch that has been busy for some minutes. */
const SPREAD_OUT = 32;

const ONE_GROUP = {
  itemsPerSecond: 1_000,
  maxSize: 1_000,
  maxWaitMs: 5_000,
  from: 'http',
  quotas: NEW,
} as const satisfies Partial<Load>;

const MANY_GROUPS = {
  itemsPerSecond: MILLION_A_MINUTE,
  groups: 10_000,
  maxSize: 100,
  maxWaitMs: 15_000,
  from: 'http',
  quotas: GROWN,
  slice: 20,
  seconds: 30,
  warmSeconds: 18,
} as const satisfies Partial<Load>;

const BULKS = {
  itemsPerSecond: 10 * MILLION_A_MINUTE,
  bulk: 500,
  maxSize: 5_000,
  maxWaitMs: 5_000,
  from: 20,
  quotas: GROWN,
} as const satisfies Partial<Load>;

const HUNDRED_THOUSAND = {
  itemsPerSecond: 100_000 / MINUTE,
  groups: 100_000,
  maxSize: 100,
  maxWaitMs: 60_000,
  from: 'http',
  quotas: GROWN,
  slice: 20,
  seconds: 90,
  warmSeconds: 65,
} as const satisfies Partial<Load>;

/** The loads of docs/performance.md. */
export const LOADS: readonly Load[] = [
  { ...ONE_GROUP, name: '1,000/s singly, one group' },
  { ...ONE_GROUP, name: '… batches of 10', maxSize: 10, quotas: { ...GROWN, httpRequests: 1_000 } },
  { ...ONE_GROUP, name: '… dedup keys', keyed: 'at the add' },
  { ...ONE_GROUP, name: '… keys decided at the flush', keyed: 'at the flush' },
  { ...ONE_GROUP, name: '… items of 4 KB', itemBytes: 4_000, quotas: GROWN },
  {
    ...ONE_GROUP,
    name: '1 M/min singly over HTTP, one group, as deployed',
    itemsPerSecond: MILLION_A_MINUTE,
    seconds: 6,
  },
  {
    ...ONE_GROUP,
    name: '… from 50 processes',
    itemsPerSecond: MILLION_A_MINUTE,
    from: 50,
    quotas: GROWN,
    seconds: 6,
  },
  {
    ...ONE_GROUP,
    name: '… from 50 processes, lingerMs of 20',
    itemsPerSecond: MILLION_A_MINUTE,
    from: 50,
    lingerMs: 20,
    quotas: GROWN,
    seconds: 6,
  },
  {
    ...MANY_GROUPS,
    name: '1 M/min singly over HTTP, 100 groups',
    groups: 100,
    maxSize: 1_000,
    maxWaitMs: 5_000,
    slice: 10,
    seconds: 11,
    warmSeconds: 6,
  },
  { ...MANY_GROUPS, name: '… 10,000 groups, a new batch' },
  { ...MANY_GROUPS, name: '… 10,000 groups, a batch that has been busy', parts: SPREAD_OUT },
  {
    ...MANY_GROUPS,
    name: '… 10,000 groups that begin at once, a new batch',
    together: true,
    seconds: 25,
    warmSeconds: 0,
  },
  { ...MANY_GROUPS, name: '… 10,000 groups, dedup keys, a new batch', keyed: 'at the add' },
  {
    ...MANY_GROUPS,
    name: '… 10,000 groups, dedup keys, a new batch, quota of 80,000 units',
    keyed: 'at the add',
    quotas: { ...GROWN, tableWrites: 80_000 },
  },
  { ...MANY_GROUPS, name: '… 10,000 groups, keys decided at the flush, a new batch', keyed: 'at the flush' },
  { ...MANY_GROUPS, name: '… 10,000 groups, batches of 10, a new batch', maxSize: 10 },
  {
    ...MANY_GROUPS,
    name: '… 10,000 groups, batches of 10, a batch that has been busy, quota of 80,000 units',
    maxSize: 10,
    parts: SPREAD_OUT,
    quotas: { ...GROWN, tableWrites: 80_000 },
  },
  { ...BULKS, name: '10 M/min in bulks of 500, one group', seconds: 6 },
  { ...BULKS, name: '… 100 groups', groups: 100, slice: 10, seconds: 11, warmSeconds: 6 },
  { ...HUNDRED_THOUSAND, name: '100,000 groups open, an item a minute each, a new batch' },
  { ...HUNDRED_THOUSAND, name: '… a batch that has been busy', parts: SPREAD_OUT },
  {
    name: '5,000 groups due together, from idle',
    itemsPerSecond: 500,
    bulk: 5_000,
    groups: 5_000,
    together: true,
    maxSize: 100,
    maxWaitMs: 10_000,
    from: 1,
    quotas: GROWN,
    pollers: 'cold',
    seconds: 18,
    warmSeconds: 0,
  },
];

export const HEAD_SIZES = [10, 100, 1_000, 10_000] as const;
export const HEAD_RATES = [600, 700, 800, 900, 1_000, 1_100] as const;

/** Single adds to one group. With all quotas raised, only the keys of the group are left. */
export const headLoad = (maxSize: number, addsPerSecond: number): Load => ({
  name: `${addsPerSecond} adds/s`,
  itemsPerSecond: addsPerSecond,
  maxSize,
  maxWaitMs: 20_000,
  from: 'http',
  quotas: RAISED,
  parts: SPREAD_OUT,
  seconds: 8,
});

export const WINDOW_RATES = [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 12_000, 16_000] as const;

/** Full windows, each of one bulk of 10, over many groups. With all quotas raised, only shared keys are left. */
export const windowLoad = (windowsPerSecond: number, parts: number): Load => ({
  name: `${windowsPerSecond} windows/s`,
  itemsPerSecond: windowsPerSecond * 10,
  bulk: 10,
  groups: windowsPerSecond * 10,
  together: true,
  maxSize: 10,
  maxWaitMs: 60_000,
  from: windowsPerSecond / 10,
  quotas: RAISED,
  slice: 50,
  parts,
  seconds: 8,
});

const IN_TROUBLE = {
  itemsPerSecond: 500,
  groups: 50,
  maxSize: 100,
  maxWaitMs: 5_000,
  from: 'http',
  quotas: GROWN,
  seconds: 20,
  warmSeconds: 5,
} as const satisfies Partial<Load>;

/** The same load in calm and in trouble. */
export const TROUBLES: readonly Load[] = [
  { ...IN_TROUBLE, name: 'calm' },
  { ...IN_TROUBLE, name: 'a tenth of the consumers die in their handler', trouble: { dying: 0.1 } },
  {
    ...IN_TROUBLE,
    name: 'the store turns half of all requests down for 5 s',
    trouble: { refused: { share: 0.5, fromSecond: 8, seconds: 5 } },
  },
  {
    ...IN_TROUBLE,
    name: 'the store turns all requests down for 5 s',
    trouble: { refused: { share: 1, fromSecond: 8, seconds: 5 } },
  },
];
