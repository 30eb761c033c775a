import type { Line } from './deployed-function.ts';

/** What CloudWatch makes of a line in its embedded metric format. */
export interface Emitted {
  readonly namespace: string;
  /** Sets of dimensions, each a metric of its own. */
  readonly dimensions: readonly Readonly<Record<string, unknown>>[];
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/**
 * The metrics in a function's lines, read as the format's specification has it:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emitted(lines: readonly Line[]): Emitted[] {
  return lines.flatMap(line => {
    const { CloudWatchMetrics = [] } = (line['_aws'] ?? {}) as { CloudWatchMetrics?: readonly Directive[] };
    return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.map(({ Name, Unit }) => ({
        namespace: Namespace,
        dimensions: Dimensions.map(names => Object.fromEntries(names.map(name => [name, line[name]]))),
        name: Name,
        unit: Unit,
        values: [line[Name]].flat() as number[],
      })),
    );
  });
}

/** What all values of a metric come to, by its name. */
export function sums(lines: readonly Line[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const { name, values } of emitted(lines)) {
    all[name] = (all[name] ?? 0) + values.reduce((sum, value) => sum + value, 0);
  }
  return all;
}
