import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { BufferTable } from '../constructs/buffer-table.ts';

/** Requests that DynamoDB has refused for a while; those of an index hold up the table's own writes. */
export const throttleMetrics = (buffers: BufferTable, options?: MetricOptions): Metric[] =>
  ofEach(buffers, { ReadThrottleEvents: 'reads', WriteThrottleEvents: 'writes' }, options);

/** What is paid for. */
export const consumedMetrics = (buffers: BufferTable, options?: MetricOptions): Metric[] =>
  ofEach(
    buffers,
    { ConsumedReadCapacityUnits: 'read units', ConsumedWriteCapacityUnits: 'write units' },
    options,
  );

/** The table's metrics do not include its indexes'. */
function ofEach(
  { table, indexNames }: BufferTable,
  names: Readonly<Record<string, string>>,
  options: MetricOptions = {},
): Metric[] {
  const whose = [
    { of: 'table', dimensions: {} },
    ...indexNames.map(index => ({ of: `index ${index}`, dimensions: { GlobalSecondaryIndexName: index } })),
  ];
  return whose.flatMap(({ of, dimensions }) =>
    Object.entries(names).map(
      ([metricName, what]) =>
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName,
          statistic: Stats.SUM,
          label: `${of}: ${what}`,
          ...options,
          dimensionsMap: { TableName: table.tableName, ...dimensions },
        }),
    ),
  );
}
