import { batch } from 'cistern';

/** An item of the soak: `n` is unique in a run. */
export interface SoakItem {
  readonly n: number;
  readonly group: string;
}

/** What handlers tell of each batch. */
export interface Witness {
  /** Items whose handler has settled them. */
  settled(items: readonly SoakItem[]): void;
  /** Milliseconds from a window's deadline to its handler's start. */
  late(name: string, ms: number): void;
}

/** How long the windows of each batch wait, in ms. */
const WAIT_MS = {
  clicks: 2_000,
  orders: 1_000,
  limited: 1_000,
  narrow: 1_000,
  unique: 2_000,
  groups: 60_000,
};
export type SoakBatch = keyof typeof WAIT_MS;
export const SOAK_BATCHES = Object.keys(WAIT_MS) as SoakBatch[];

/** One batch for each kind of work: plain, retried in order, throttled, with few permits, with dedup, with many groups. */
export function soakDefinitions(witness: Witness) {
  const define = (name: SoakBatch, options: object = {}) =>
    batch<SoakItem>({
      name,
      maxSize: 500,
      maxWaitMs: WAIT_MS[name],
      groupBy: item => item.group,
      handler: ({ batch: items, createdAt, flushReason }) => {
        if (flushReason === 'time') witness.late(name, Date.now() - createdAt.getTime() - WAIT_MS[name]);
        witness.settled(items);
      },
      ...options,
    });
  return [
    define('clicks'),
    define('orders', {
      ordered: true,
      retries: { max: 5, baseDelay: 100, strategy: 'fixed' },
      handler: ctx => {
        const { batch: items, attempt } = ctx;
        if (attempt === 1 && items.some(({ n }) => n % 50 === 0)) throw new Error('the first attempt fails');
        const failing = items.filter(({ n }) => attempt === 2 && n % 10 === 0);
        for (const item of failing) ctx.fail(item, new Error('once more'));
        witness.settled(items.filter(item => !failing.includes(item)));
      },
    } satisfies Partial<Parameters<typeof batch<SoakItem>>[0]>),
    define('limited', { throttle: { max: 20, duration: 1_000 } }),
    define('narrow', { concurrency: 4 }),
    define('unique', { deduplicateBy: (item: SoakItem) => String(item.n) }),
    define('groups', { maxSize: 10 }),
  ];
}
