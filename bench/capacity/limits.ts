import { TokenBucket } from './token-bucket.ts';

/** What the modelled account may use. */
export interface Quotas {
  /** Write and read units a second of the table. An index has as many of its own. */
  readonly tableWrites: number;
  readonly tableReads: number;
  /** Invocations at a time, of all functions together. */
  readonly concurrency: number;
  /** Requests a second of the HTTP API. */
  readonly httpRequests: number;
  /** Units a second of one partition key, of the table or of an index. Default: DynamoDB's, which nobody can raise. */
  readonly key?: { readonly writes: number; readonly reads: number };
}

/** What a deployment begins with: a new table on demand, and the construct's own `rateLimit`. */
export const NEW: Quotas = {
  tableWrites: 4_000,
  tableReads: 12_000,
  concurrency: 1_000,
  httpRequests: 1_000,
};
/** A table that has grown to its default quota. */
export const GROWN: Quotas = { ...NEW, tableWrites: 40_000, tableReads: 40_000, httpRequests: 50_000 };
/** All quotas are raised: what is left are the keys of the table and of its indexes. */
export const RAISED: Quotas = {
  tableWrites: 10_000_000,
  tableReads: 10_000_000,
  concurrency: 100_000,
  httpRequests: 1_000_000,
};

const ENDLESS = 1e12;
/** Nothing is turned down: for who only counts units. */
export const UNLIMITED: Quotas = { ...RAISED, key: { writes: ENDLESS, reads: ENDLESS } };

/** Units a second of one partition key. */
const KEY = { writes: 1_000, reads: 3_000 } as const;

/** A request that a limit has turned down. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottlingException';
}

/** What a limit has turned down. */
export interface Throttled {
  readonly limit: string;
  times: number;
  /** Milliseconds after the beginning. */
  readonly firstMs: number;
}

/** All limits of a modelled deployment, and what they have turned down. */
export class Limits {
  readonly quotas: Quotas;
  readonly throttled = new Map<string, Throttled>();
  readonly #key: { readonly writes: number; readonly reads: number };
  readonly #slice: number;
  readonly #now: () => number;
  readonly #began: number;
  #refuses: () => boolean = () => false;
  readonly #buckets = new Map<string, TokenBucket>();

  /**
   * @param slice what share of the deployment is modelled, as 1/`slice`: what is shared by all groups has so much less
   * @param now in ms
   */
  constructor(quotas: Quotas, slice: number, now: () => number) {
    this.quotas = {
      tableWrites: quotas.tableWrites / slice,
      tableReads: quotas.tableReads / slice,
      concurrency: Math.floor(quotas.concurrency / slice),
      httpRequests: quotas.httpRequests / slice,
    };
    this.#key = quotas.key ?? KEY;
    this.#slice = slice;
    this.#now = now;
    this.#began = now();
  }

  /** The limit of one partition key. Buffers' and windows' keys are a group's own; the others are shared. */
  key(kind: 'writes' | 'reads', where: string, key: string): Limit {
    const own = key.startsWith('buffer|') || key.startsWith('job|');
    return {
      limit: `${where}, ${kind}`,
      bucket: this.#bucket(`${where} ${key} ${kind}`, own ? this.#key[kind] : this.#key[kind] / this.#slice),
    };
  }

  /** @param name a table's or an index's */
  table(kind: 'writes' | 'reads', name: string): Limit {
    const quota = kind === 'writes' ? this.quotas.tableWrites : this.quotas.tableReads;
    return { limit: `the quota of ${name}, ${kind}`, bucket: this.#bucket(`${name} ${kind}`, quota) };
  }

  get http(): Limit {
    return { limit: 'the HTTP API', bucket: this.#bucket('http', this.quotas.httpRequests) };
  }

  /** From now on a share of all requests to the table is turned down, for so many milliseconds. */
  refuse(share: number, ms: number, draw: () => number): void {
    const until = this.#now() + ms;
    this.#refuses = () => this.#now() < until && draw() < share;
  }

  /** @throws ThrottledError where one of them has nothing left */
  admit(limits: readonly Limit[]): void {
    if (this.#refuses()) throw new ThrottledError('The store is throttled.');
    for (const { limit, bucket } of limits) {
      if (bucket.isOpen) continue;
      this.count(limit);
      throw new ThrottledError(`${limit}: the rate was exceeded.`);
    }
  }

  /** Notes that a limit has turned something down. */
  count(limit: string): void {
    const there = this.throttled.get(limit);
    if (there) there.times += 1;
    else this.throttled.set(limit, { limit, times: 1, firstMs: this.#now() - this.#began });
  }

  #bucket(name: string, perSecond: number): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = new TokenBucket(perSecond, this.#now);
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

interface Limit {
  readonly limit: string;
  readonly bucket: TokenBucket;
}
