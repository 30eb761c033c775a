/** Bounds on what a definition, an item and a key may be. Every bound that a message names is here. */
export const LIMITS = {
  /** Characters of a batch's name. With the 24 of a deployment's name, a queue's name stays within SQS's 80. */
  nameLength: 48,
  /** Characters of a pool's name. With the 24 of a deployment's name, a function's name stays within Lambda's 64. */
  poolLength: 32,
  maxSize: { min: 1, max: 10_000 },
  maxWaitMs: { min: 1, max: 86_400_000 },
  maxBytes: { min: 1, max: 1_000_000_000 },
  /** Each shard takes about 1,000 adds a second, one DynamoDB partition's 1,000 write units. */
  shards: { min: 1, max: 256 },
  /** At most SQS's longest delay: a delayed message looks whether the buffer has been quiet. */
  quietMs: { min: 1, max: 900_000 },
  lingerMs: { min: 0, max: 1_000 },
  /** Attempts after the first. */
  retries: { min: 0, max: 100 },
  /** At most a day. SQS hides a message for at most 12 hours; the consumer then hides it again. */
  retryDelayMs: { min: 0, max: 86_400_000 },
  /** At most Lambda's longest timeout: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  timeoutMs: { min: 1, max: 900_000 },
  /** At least one heartbeat, and the most that two clocks can differ that follow the store's time. */
  lockTtlMs: { min: 5_000, max: 600_000 },
  heartbeatMs: { min: 100, max: 300_000 },
  /** At most what an event source mapping allows: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  concurrency: { min: 1, max: 1_000 },
  throttle: { max: { min: 1, max: 1_000 }, durationMs: { min: 1, max: 86_400_000 } },
  maxPendingBatches: { min: 1, max: 1_000_000 },
  /** At most 14 days: window records show whether a key's item is in a batch, and live for 30 days (RECORD_LIFE_MS). */
  dedupTtlMs: { min: 1_000, max: 14 * 86_400_000 },
  retentionMs: { min: 60_000, max: 365 * 86_400_000 },
  tags: { count: 20, length: 64 },
  /**
   * Bytes of one item as JSON in UTF-8. A DynamoDB item holds 409,600 bytes with its attribute names:
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
   * The record's keys take the rest, so that the limit does not depend on how well an item compresses.
   */
  itemBytes: 400_000,
  /** Levels of nesting in an item. From about 2,000 levels on, JSON's own functions exhaust the stack, and handlers too. */
  itemDepth: 1_000,
  /** Bytes of a group key as JSON in UTF-8. It is part of a partition key, which may have 2,048 bytes in DynamoDB. */
  groupKeyBytes: 1_024,
  /** Bytes of a dedup key as JSON in UTF-8. Of a long key only the hash is stored. */
  dedupKeyBytes: 100_000,
} as const;
