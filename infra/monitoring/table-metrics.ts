import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { BufferTable } from '../constructs/buffer-table.ts';

/** Makes the metrics of throttled requests. A throttled index throttles the table's own writes too. */
export const throttleMetrics = (buffers: BufferTable, options?: MetricOptions): Metric[] =>
  ofEach(buffers, { ReadThrottleEvents: 'reads', WriteThrottleEvents: 'writes' }, options);

/** Makes the metrics of the read and write units that are billed. */
export const consumedMetrics = (buffers: BufferTable, options?: MetricOptions): Metric[] =>
  ofEach(
    buffers,
    { ConsumedReadCapacityUnits: 'read units', ConsumedWriteCapacityUnits: 'write units' },
    options,
  );

/** Makes a metric for the table and for each index, since the table's metrics leave the indexes out. */
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
