import { METRICS, type Measured, type MetricName } from '#lib/telemetry/metrics';

/** How many values of one metric a line may have: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const VALUES_OF_A_LINE = 100;

/** Metrics whose values are written one by one, so that CloudWatch can compute percentiles. Others are added up. */
const DISTRIBUTIONS: readonly MetricName[] = ['BatchSize'];
const isDistribution = (name: MetricName): boolean =>
  METRICS[name].unit !== 'Count' || DISTRIBUTIONS.includes(name);

/** The values of a batch's metrics that go into one line. */
export interface MetricLine {
  readonly batch: string;
  readonly values: readonly (readonly [MetricName, readonly number[]])[];
}

/** The measurements since the last write. */
export class Measurements {
  readonly #byBatch = new Map<string, Map<MetricName, number[]>>();

  add(batch: string, measured: Measured): void {
    const metrics = this.#byBatch.get(batch) ?? new Map<MetricName, number[]>();
    this.#byBatch.set(batch, metrics);
    for (const [name, value] of Object.entries(measured) as [MetricName, number][]) {
      const values = metrics.get(name);
      if (values === undefined) metrics.set(name, [value]);
      else if (isDistribution(name)) values.push(value);
      else values[0] = (values[0] ?? 0) + value;
    }
  }

  /** Removes all measurements and returns them as lines, none of which has too many values. */
  take(): MetricLine[] {
    const lines: MetricLine[] = [];
    for (const [batch, metrics] of this.#byBatch) {
      const longest = Math.max(...[...metrics.values()].map(({ length }) => length));
      for (let from = 0; from < longest; from += VALUES_OF_A_LINE - 1) {
        const values = [...metrics]
          .map(([name, all]) => [name, all.slice(from, from + VALUES_OF_A_LINE - 1)] as const)
          .filter(([, part]) => part.length > 0);
        lines.push({ batch, values });
      }
    }
    this.#byBatch.clear();
    return lines;
  }
}
