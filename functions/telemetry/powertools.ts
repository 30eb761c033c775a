import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  METRICS,
  type Measured,
  type MetricName,
} from '#lib/telemetry/metrics';
import type { Sink } from './sink.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

/** Structured logs and metrics in CloudWatch's embedded format, both as lines on the standard output. */
export function powertools({ deployment, logLevel, metrics }: TelemetrySettings): Sink {
  const logger = new Logger({ serviceName: deployment, logLevel });
  const meter = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: deployment });
  const measurements = new Map<string, Measured[]>();

  return {
    begin: context => logger.addContext(context),
    take(told) {
      if (told.kind === 'measured') {
        if (metrics) measurements.set(told.batch, [...(measurements.get(told.batch) ?? []), told.measured]);
        return;
      }
      const { kind: _, level, message, ...rest } = told;
      logger[level](message, rest);
    },
    publish() {
      for (const [batch, measured] of measurements) {
        meter.addDimension(METRIC_DIMENSIONS.batch, batch);
        for (const [name, value] of measured.flatMap(values => Object.entries(values))) {
          meter.addMetric(name, METRICS[name as MetricName].unit, value);
        }
        meter.publishStoredMetrics();
      }
      measurements.clear();
    },
  };
}
