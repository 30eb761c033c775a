import { topology } from '#lib/topology';

/** What Cistern uses: counted where something counts it, assumed where that depends on what runs. */

/** Counted by `npm run test:contract -- --engine dynamodb-local` (test/contract/write-units.ts), items of 200 bytes. */
export const MEASURED = {
  add: { writes: 2, reads: 0 },
  addWithKey: { writes: 3, reads: 1 },
  duplicate: { writes: 0, reads: 3 },
  /** Of each item. */
  bulkOf100: { writes: 0.04, reads: 0 },
  bulkOf100WithKeys: { writes: 1.07, reads: 0.01 },
  /** Of an add, single or in bulk, that asks whether ingestion is paused. */
  question: { writes: 0, reads: 1 },
  /** From its first add to its job's end, apart from the adds. */
  window: { writes: 10, reads: 3.5 },
  /** The same where items are left open in its buffer when it is sealed, so that the head stays in the index. */
  busyWindow: { writes: 8, reads: 3.5 },
  /** The job's record has the errors of its items with their stacks, and is larger than one unit for each write. */
  failedAttempt: { writes: 5, reads: 1 },
} as const;

/** Requests to SQS for a window whose handler takes less than 10 s: see test/unit/cost.test.ts. */
export const SQS_REQUESTS = {
  /** Send, receive, delete. */
  timer: 3,
  /** Send, receive, shorten its visibility, delete. */
  job: 4,
} as const;

/** Assumed; put your own in. */
export const ASSUMED = {
  /** Of items, as JSON. */
  itemBytes: 200,
  /** Items of a batch. */
  batchSize: 500,
  /**
   * The share of adds that ask whether ingestion is paused: each process asks once a second. Single items come at ten a
   * second or more, which the capacity model answers with 0.1 questions an add. A bulk asks each time.
   */
  asking: { 1: 0.1, 100: 1 },
  /**
   * Milliseconds that functions take, and their MB. An add of one item waits for two requests to DynamoDB, about 5 ms each, and
   * takes 1.3 ms of CPU time (`npm run bench -- functions`), up to 6 ms of the share of a processor that 384 MB have.
   */
  ingest: { ms: 16, mb: topology('cost', []).functions.ingest.memoryMb },
  /** Of a request to DynamoDB. */
  requestMs: 5,
  ingestBulk: { ms: 60, mb: topology('cost', []).functions.ingest.memoryMb },
  /** A timer whose window is still open sleeps for half a second on average. */
  timer: { ms: 530, mb: 256 },
  consumer: { ms: 250, mb: 512 },
  ticker: { ms: 100, mb: 256 },
  /** Of the ticker where it reads a full page of the due index, and puts nothing right. */
  busyTicker: { ms: 300, mb: 256, reads: 20 },
  /** Of an invocation: its metrics as a line, with CloudWatch's 26 bytes (test/unit/cost.test.ts), or a consumer's two. */
  logBytes: 265,
  consumerLogBytes: 1_000,
  /** The API's line for a request, with `accessLog: true`. */
  accessLogBytes: 400,
  /** Bytes in the table, with keys and DynamoDB's 100, for 30 days: of a record beside its items, and of a dedup key. */
  recordBytes: 200,
  keyBytes: 400,
  /** What compression leaves of a bulk. */
  packed: 0.15,
  /** Receives that Lambda makes of a queue in which nothing is, by pollers that wait for 20 s each: two, or five where the mapping has a bound. */
  idleReceivesAMinute: { unbounded: 6, bounded: 15 },
} as const;
