import type {
  ContributorInsightsSpecification,
  PointInTimeRecoverySpecification,
} from 'aws-cdk-lib/aws-dynamodb';

/** Settings of the one table, by the names of CDK's `TableV2`. */
export interface TableOptions {
  /**
   * Continuous backups: the table can be restored, under another name, to any second of the last
   * `recoveryPeriodInDays` (1 to 35). DynamoDB bills them by the table's size. Default: enabled, for 35 days.
   */
  readonly pointInTimeRecoverySpecification?: PointInTimeRecoverySpecification;
  /** Whether the table refuses to be deleted. Default: `true`, and `false` with `RemovalPolicy.DESTROY`. */
  readonly deletionProtection?: boolean;
  /**
   * Whether CloudWatch shows which keys are asked for most, and throttled most, of the table and its indexes. It bills
   * by the request. Default: disabled.
   */
  readonly contributorInsightsSpecification?: ContributorInsightsSpecification;
  /**
   * What the table can do at once, before it has grown by itself, in units a second. DynamoDB bills it once, when it is
   * set or raised, and cannot lower it. Default: what a new table on demand has, 12,000 read and 4,000 write units.
   */
  readonly warmThroughput?: TableThroughput;
  /** The same for each of the two indexes: they have fewer writes than the table. Default likewise. */
  readonly indexWarmThroughput?: TableThroughput;
}

export interface TableThroughput {
  /** 12,000 or more. */
  readonly readUnitsPerSecond?: number;
  /** 4,000 or more. An account's quota is 40,000 for a table, unless it was raised. */
  readonly writeUnitsPerSecond?: number;
}
