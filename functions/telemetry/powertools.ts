import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Note } from '#lib/telemetry/log-line';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '#lib/telemetry/metrics';
import { toLoggable } from '#lib/telemetry/to-loggable';
import { Measurements } from './measurements.ts';
import type { Sink } from './sink.ts';
import { LOG_LEVELS, type TelemetrySettings } from './telemetry-settings.ts';

/** Writes structured logs, and metrics in CloudWatch's embedded format, as lines to the standard output. */
export function powertools({ deployment, logLevel, metrics }: TelemetrySettings): Sink {
  const logger = new Logger({ serviceName: deployment, logLevel });
  // Lambda's own log level, which is never above INFO, overrides the logger's: check the level here
  const least = LOG_LEVELS.indexOf(logLevel);
  const isLogged = (level: Note['level']): boolean =>
    LOG_LEVELS.findIndex(each => each.toLowerCase() === level) >= least;
  const meter = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: deployment });
  const measurements = new Measurements();

  return {
    begin: context => logger.addContext(context),
    take(told) {
      if (told.kind === 'measured') {
        if (metrics) measurements.add(told.batch, told.measured);
        return;
      }
      const { kind: _, level, message, ...rest } = told;
      if (!isLogged(level)) return;
      try {
        logger[level](message, rest);
      } catch {
        // a user's error may throw when it is read
        logger[level](message, toLoggable(rest) as typeof rest);
      }
    },
    publish() {
      for (const { batch, values } of measurements.take()) {
        meter.addDimension(METRIC_DIMENSIONS.batch, batch);
        for (const [name, all] of values) {
          for (const value of all) meter.addMetric(name, METRICS[name].unit, value);
        }
        meter.publishStoredMetrics();
      }
    },
  };
}
