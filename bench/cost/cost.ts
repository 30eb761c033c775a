import { METRICS } from '#lib/telemetry/metrics';
import { PRICES } from './prices.ts';
import { ASSUMED, MEASURED, SQS_REQUESTS } from './usage.ts';

/** What comes in. */
export interface Load {
  readonly items: number;
  /** 1: each by itself. */
  readonly itemsPerAdd: 1 | 100;
  /** Whether items have dedup keys. */
  readonly keyed: boolean;
  /** Over the HTTP API and the ingest function, or from processes of your own. */
  readonly way: 'http' | 'process';
  /** Items of a batch. Default: as assumed. */
  readonly batchSize?: number;
  /** Whether single items come so seldom that each asks whether ingestion is paused. Default `false`. */
  readonly isSeldom?: boolean;
}

/** USD, by what is paid for. */
export interface Cost {
  /** The HTTP API and the ingest function. */
  readonly ingest: number;
  readonly adds: number;
  readonly windows: number;
  /** Timer and consumer functions. */
  readonly functions: number;
  readonly logs: number;
  /** Of the items in the table, for their 30 days. */
  readonly storage: number;
  readonly total: number;
}

const GB = 1e9;
const READ_UNIT_BYTES = 4_096;
const MINUTES_A_MONTH = 43_200;

const units = ({ writes, reads }: { readonly writes: number; readonly reads: number }): number =>
  writes * PRICES.writeUnit + reads * PRICES.readUnit;
const run = ({ ms, mb }: { readonly ms: number; readonly mb: number }): number =>
  PRICES.invocation + (ms / 1_000) * (mb / 1_024) * PRICES.gbSecond;
const log = (bytes: number): number => (bytes / GB) * PRICES.logGb;

const ADDS = {
  1: { plain: MEASURED.add, keyed: MEASURED.addWithKey },
  100: { plain: MEASURED.bulkOf100, keyed: MEASURED.bulkOf100WithKeys },
} as const;

const ingestOf = (single: boolean, isSeldom: boolean) => {
  if (!single) return ASSUMED.ingestBulk;
  return isSeldom ? { ...ASSUMED.ingest, ms: ASSUMED.ingest.ms + ASSUMED.requestMs } : ASSUMED.ingest;
};

/** What a load costs, apart from what a deployment costs while it is idle, and from what handlers call. */
export function costOf({
  items,
  itemsPerAdd,
  keyed,
  way,
  batchSize = ASSUMED.batchSize,
  isSeldom = false,
}: Load): Cost {
  const single = itemsPerAdd === 1;
  const requests = way === 'http' ? items / itemsPerAdd : 0;
  const windows = items / batchSize;
  const asking = isSeldom ? 1 : ASSUMED.asking[itemsPerAdd];
  const record =
    (single ? ASSUMED.itemBytes : ASSUMED.itemBytes * ASSUMED.packed) + ASSUMED.recordBytes / itemsPerAdd;
  const stored = record + (keyed ? ASSUMED.keyBytes : 0);
  // a window is read once, by strongly consistent queries
  const read = ((items * record) / READ_UNIT_BYTES) * PRICES.readUnit;
  const cost = {
    ingest: requests * (PRICES.httpRequest + run(ingestOf(single, isSeldom))),
    adds:
      items * units(ADDS[itemsPerAdd][keyed ? 'keyed' : 'plain']) +
      (items / itemsPerAdd) * asking * units(MEASURED.question),
    windows:
      read +
      windows *
        (units(MEASURED.window) +
          (SQS_REQUESTS.timer + SQS_REQUESTS.job) * PRICES.sqsRequest +
          SQS_REQUESTS.job * PRICES.sqsFairRequest),
    functions: windows * (run(ASSUMED.timer) + run(ASSUMED.consumer)),
    logs: log(requests * ASSUMED.logBytes + windows * ASSUMED.consumerLogBytes),
    storage: ((items * stored) / GB) * (PRICES.tableGbMonth + PRICES.backupGbMonth),
  };
  return { ...cost, total: Object.values(cost).reduce((sum, part) => sum + part, 0) };
}

/** A million windows, apart from the items in them: what batches cost that are smaller than those of a load. */
export function millionWindows(): number {
  const load = { items: 1e6, itemsPerAdd: 1, keyed: false, way: 'process' } as const;
  return (
    costOf({ ...load, batchSize: 1 }).total - costOf({ ...load, batchSize: Number.POSITIVE_INFINITY }).total
  );
}

/** What a deployment has. */
export interface Deployed {
  readonly definitions: number;
  /** Whether they share a pool. Default: each has a consumer of its own. */
  readonly inPool?: boolean;
  /** Whether they have `concurrency`. Default: none has. */
  readonly bounded?: boolean;
}

/** A month of a deployment in which nothing is buffered. */
export function idleMonth({ definitions, inPool = false, bounded = false }: Deployed) {
  // an index that has nothing is read whole, for half a unit
  const look = 0.5 * PRICES.readUnit;
  // job queues, the timers' and the dead letter queue
  const jobQueues = inPool ? 1 : definitions;
  const queues = jobQueues + 2;
  const { unbounded, bounded: most } = ASSUMED.idleReceivesAMinute;
  const receives = 2 * unbounded + jobQueues * (bounded ? most : unbounded);
  const cost = {
    looks: MINUTES_A_MONTH * look,
    ticker: MINUTES_A_MONTH * run(ASSUMED.ticker),
    polls: MINUTES_A_MONTH * receives * PRICES.sqsRequest,
  };
  return { queues, ...cost, total: cost.looks + cost.ticker + cost.polls };
}

/**
 * A month in which windows are always open and jobs always run, a thousand of them at a time: what the timers see to is
 * nothing to the ticker, which looks once a minute.
 */
export function busyTickerMonth(): number {
  return (
    MINUTES_A_MONTH * (run(ASSUMED.busyTicker) + ASSUMED.busyTicker.reads * PRICES.readUnit) +
    log(MINUTES_A_MONTH * ASSUMED.logBytes)
  );
}

/** The most that the ticker costs in a month: something is overdue all the time, and it never ends. */
export function overdueTickerMonth(tickIntervalMs = 1_000): number {
  const looks = MINUTES_A_MONTH * (52_000 / tickIntervalMs);
  const awake = MINUTES_A_MONTH * run({ ...ASSUMED.ticker, ms: 52_000 });
  return awake + looks * (ASSUMED.busyTicker.reads * PRICES.readUnit + PRICES.writeUnit);
}

/** The API's access log of so many requests. */
export const accessLog = (requests: number): number => log(requests * ASSUMED.accessLogBytes);

/** A month of CloudWatch, at the most: a metric is billed when something is emitted to it in that month. */
export const metricsMonth = (definitions: number): number =>
  definitions * Object.keys(METRICS).length * PRICES.metricMonth;

/** Lambda's lines of an invocation, as it logs them by default. */
const LAMBDA_LOG_BYTES = 400;

/** What others ask for a million items of 200 bytes, handlers and what they call left out. */
export const OTHERS = {
  /** A queue with a function that takes one message at a time: send, receive, delete. */
  oneByOne: () => 1e6 * (3 * PRICES.sqsRequest + run({ ms: 20, mb: 512 })) + log(1e6 * LAMBDA_LOG_BYTES),
  /** Likewise, ten at a time, which is as many as come together without a batching window. */
  tenByTen: () =>
    1e6 * 1.2 * PRICES.sqsRequest + 1e5 * run({ ms: 50, mb: 512 }) + log(1e5 * LAMBDA_LOG_BYTES),
  /** A share of a shard that takes 1,000 records a second and is used for a tenth of that. */
  kinesis: () => 1e6 * PRICES.kinesisPutUnit + (1e6 / (100 * 3_600)) * PRICES.kinesisShardHour,
  firehose: () => ((1e6 * 5 * 1_024) / GB) * PRICES.firehoseGb,
} as const;
