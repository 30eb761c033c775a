import { ContributorInsightsMode } from 'aws-cdk-lib/aws-dynamodb';
import * as v from 'valibot';
import { flag, group, whole } from './setting-schemas.ts';
import type { TableOptions, TableThroughput } from './table-options.ts';

const required = v.boolean('true or false');
const INSIGHTS = Object.values(ContributorInsightsMode);

// a table on demand begins with these: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
const THROUGHPUT = group<TableThroughput>({
  readUnitsPerSecond: v.optional(whole(12_000)),
  writeUnitsPerSecond: v.optional(whole(4_000)),
});

export const TABLE = group<TableOptions>({
  pointInTimeRecoverySpecification: v.optional(
    group<NonNullable<TableOptions['pointInTimeRecoverySpecification']>>({
      pointInTimeRecoveryEnabled: required,
      recoveryPeriodInDays: v.optional(whole(1, 35)),
    }),
  ),
  deletionProtection: flag,
  contributorInsightsSpecification: v.optional(
    group<NonNullable<TableOptions['contributorInsightsSpecification']>>({
      enabled: required,
      mode: v.optional(v.picklist(INSIGHTS, `one of ContributorInsightsMode (${INSIGHTS.join(', ')})`)),
    }),
  ),
  warmThroughput: v.optional(THROUGHPUT),
  indexWarmThroughput: v.optional(THROUGHPUT),
});
