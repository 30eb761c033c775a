/** Bounds on what a definition, an item and a key may be. Every bound that a message names is here. */
export const LIMITS = {
  /** Characters of a batch's name: with a deployment's 24 a queue's name stays within SQS's 80. */
  nameLength: 48,
  /** Characters of a pool's name: with a deployment's 24 a function's name stays within Lambda's 64. */
  poolLength: 32,
  maxSize: { min: 1, max: 10_000 },
  maxWaitMs: { min: 1, max: 86_400_000 },
  maxBytes: { min: 1, max: 1_000_000_000 },
  /** Each shard takes about 1,000 adds a second, one DynamoDB partition's 1,000 write units. */
  shards: { min: 1, max: 256 },
  /** No longer than SQS delays the message that looks whether it has been quiet. */
  quietMs: { min: 1, max: 900_000 },
  /** Attempts after the first. */
  retries: { min: 0, max: 100 },
  /** A day: longer than SQS hides a message (12 hours), which is then hidden again. */
  retryDelayMs: { min: 0, max: 86_400_000 },
  /** Lambda's ceiling: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  timeoutMs: { min: 1, max: 900_000 },
  /** SQS counts visibility in whole seconds; below two a renewal could come too late. */
  // longer than two clocks are apart that follow the store's time, and one heartbeat
  lockTtlMs: { min: 5_000, max: 600_000 },
  heartbeatMs: { min: 100, max: 300_000 },
  /** Of an event source mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  concurrency: { min: 1, max: 1_000 },
  throttle: { max: { min: 1, max: 1_000 }, durationMs: { min: 1, max: 86_400_000 } },
  maxPendingBatches: { min: 1, max: 1_000_000 },
  /** Window records, which say whether a key's item is in a batch, live for 30 days (RECORD_LIFE_MS). */
  dedupTtlMs: { min: 1_000, max: 14 * 86_400_000 },
  retentionMs: { min: 60_000, max: 365 * 86_400_000 },
  tags: { count: 20, length: 64 },
  /** After which a drain gives up. */
  drainTimeoutMs: { min: 1, max: 7 * 86_400_000 },
  /** After which waiting for a job gives up. */
  waitTimeoutMs: { min: 0, max: 7 * 86_400_000 },
  /**
   * Bytes of one item as JSON in UTF-8. A DynamoDB item holds 409,600 bytes with its attribute names:
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
   * What is left is for the record's keys, so that the limit does not depend on how well an item compresses.
   */
  itemBytes: 400_000,
  /** Levels of nesting in an item. JSON's own functions run out of stack from about 2,000 on, handlers that recurse sooner or later. */
  itemDepth: 1_000,
  /** Bytes of a group key as JSON in UTF-8; it is part of a partition key, of which DynamoDB allows 2,048. */
  groupKeyBytes: 1_024,
  /** Bytes of a dedup key as JSON in UTF-8; only its hash is stored when it is long. */
  dedupKeyBytes: 100_000,
} as const;
