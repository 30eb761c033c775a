import type {
  ContributorInsightsSpecification,
  PointInTimeRecoverySpecification,
} from 'aws-cdk-lib/aws-dynamodb';

/** Settings of the table, with the names of CDK's `TableV2`. */
export interface TableOptions {
  /**
   * Continuous backups: the table can be restored, under another name, to any second of the last
   * `recoveryPeriodInDays` (1 to 35). DynamoDB bills them by the table's size. Default: enabled, for 35 days.
   */
  readonly pointInTimeRecoverySpecification?: PointInTimeRecoverySpecification;
  /** Whether the table refuses to be deleted. Default: `true`, and `false` with `RemovalPolicy.DESTROY`. */
  readonly deletionProtection?: boolean;
  /**
   * Whether CloudWatch shows which keys of the table and its indexes are used most and throttled most. It bills by the
   * request. Default: disabled.
   */
  readonly contributorInsightsSpecification?: ContributorInsightsSpecification;
  /**
   * The throughput that the table has from the start, in units a second. DynamoDB bills it once, when it is set or raised,
   * and cannot lower it. Default: that of a new table on demand, 12,000 read and 4,000 write units.
   */
  readonly warmThroughput?: TableThroughput;
  /** The same for each of the two indexes, which have fewer writes than the table. The default is the same. */
  readonly indexWarmThroughput?: TableThroughput;
}

/** Reads and writes of a table or an index that is warm. */
export interface TableThroughput {
  /** 12,000 or more. */
  readonly readUnitsPerSecond?: number;
  /** 4,000 or more. An account's quota is 40,000 for a table, unless it was raised. */
  readonly writeUnitsPerSecond?: number;
}
