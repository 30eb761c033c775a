import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { openTelemetry } from '#lib/telemetry/open-telemetry';
import type { Tracing } from '#lib/telemetry/tracing';
import type { TelemetrySettings } from './telemetry-settings.ts';
import { xRayExporter } from './x-ray-exporter.ts';

export interface Tracer {
  readonly tracing: Tracing;
  /** Runs work as part of the trace that headers name. */
  within<R>(headers: Readonly<Record<string, string | undefined>>, run: () => Promise<R>): Promise<R>;
  /** Sends the spans that have ended. Spans that cannot be sent are lost. @throws the reason if they are */
  flush(): Promise<void>;
}

/** How long an invocation waits for a collector that does not answer. */
const SEND_WITHIN_MS = 1_000;

const { context, propagation, trace } = api;

let made: Tracer | undefined;

/** Returns the process's tracer. The first call registers OpenTelemetry's SDK. */
export function tracer({ deployment, tracing = 'xray', tracingRatio }: TelemetrySettings): Tracer {
  made ??= register(
    deployment,
    tracingRatio,
    tracing === 'xray'
      ? xRayExporter(SEND_WITHIN_MS)
      : new OTLPTraceExporter({ url: tracing, timeoutMillis: SEND_WITHIN_MS }),
  );
  return made;
}

function register(deployment: string, tracingRatio: number, exporter: SpanExporter): Tracer {
  const processor = new BatchSpanProcessor(exporter);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': deployment,
      'cloud.provider': 'aws',
      'faas.name': process.env['AWS_LAMBDA_FUNCTION_NAME'],
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(tracingRatio) }),
    spanProcessors: [processor],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    tracing: openTelemetry(api),
    within: (headers, run) => context.with(propagation.extract(context.active(), headers), run),
    flush: () => provider.forceFlush(),
  };
}
