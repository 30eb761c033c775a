/**
 * What AWS asks in us-east-1, in USD, without free tiers: the only place where a price is written down. Change one and
 * run `node --conditions=source --import tsx bench/cost-page.ts`, which writes the tables of docs/cost.md anew.
 */
export const PRICES_AS_OF = '2026-11';

const million = (usd: number): number => usd / 1_000_000;

export const PRICES = {
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: million(0.625),
  readUnit: million(0.125),
  tableGbMonth: 0.25,
  /** Point-in-time recovery, which the table has. */
  backupGbMonth: 0.2,
  /** https://aws.amazon.com/sqs/pricing/ Standard queues; a request is up to 64 KB. */
  sqsRequest: million(0.4),
  /** Added for requests about messages with a message group (fair queues). */
  sqsFairRequest: million(0.1),
  /** https://aws.amazon.com/lambda/pricing/ arm64. */
  invocation: million(0.2),
  gbSecond: 0.0000133334,
  /** https://aws.amazon.com/api-gateway/pricing/ HTTP APIs; a request is up to 512 KB. */
  httpRequest: million(1),
  /** https://aws.amazon.com/eventbridge/pricing/ Custom events, up to 64 KB. */
  event: million(1),
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.5,
  metricMonth: 0.3,
  dashboardMonth: 3,
  alarmMonth: 0.1,
  /** https://aws.amazon.com/kinesis/data-streams/pricing/ Provisioned; a unit is up to 25 KB. */
  kinesisShardHour: 0.015,
  kinesisPutUnit: million(0.014),
  /** https://aws.amazon.com/firehose/pricing/ Direct PUT; each record is rounded up to 5 KB. */
  firehoseGb: 0.029,
} as const;
