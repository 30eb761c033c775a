import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import type { Tracing } from './tracing.ts';

/** OpenTelemetry keeps so many links of a span: https://opentelemetry.io/docs/specs/otel/common/#configurable-parameters */
const LINKS = 128;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The package `@opentelemetry/api`. Users who trace have installed it. */
type Api = typeof import('@opentelemetry/api');

/**
 * Traces by the OpenTelemetry SDK that the process has registered, with the names of OpenTelemetry's conventions for
 * messaging:
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function openTelemetry(api: Api): Tracing {
  const { context, ROOT_CONTEXT, SpanKind, trace } = api;
  const tracer = () => trace.getTracer('cistern');
  return {
    adding(batch, items, run) {
      const attributes = { ...messaging('send', batch), 'messaging.batch.message_count': items };
      const options = { kind: SpanKind.PRODUCER, attributes };
      return tracer().startActiveSpan(`send ${batch}`, options, span =>
        ending(api, span, () => run(traceOf(api, span.spanContext()))),
      );
    },
    running({ batch, job, group, attempt }, run) {
      const attributes = {
        ...messaging('process', batch),
        'messaging.message.id': job,
        'cistern.attempt': attempt,
        ...(group !== undefined && { 'cistern.group': group }),
      };
      const options = { kind: SpanKind.CONSUMER, attributes };
      return tracer().startActiveSpan(`process ${batch}`, options, ROOT_CONTEXT, span =>
        context.with(trace.setSpan(context.active(), span), () =>
          ending(api, span, () =>
            run({
              link: traces => void span.addLinks(traces.slice(0, LINKS).flatMap(toLink)),
              given: items => void span.setAttribute('messaging.batch.message_count', items),
              fail: error => fail(api, span, error),
            }),
          ),
        ),
      );
    },
  };
}

const messaging = (operation: 'send' | 'process', batch: string): Attributes => ({
  'messaging.system': 'cistern',
  'messaging.operation.type': operation,
  'messaging.operation.name': operation,
  'messaging.destination.name': batch,
});

async function ending<T>(api: Api, span: Span, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    fail(api, span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed. Reading a user's error may throw: then the span has no message. */
function fail({ SpanStatusCode }: Api, span: Span, error: unknown): void {
  try {
    const { name, message } = error as Error;
    span.recordException(error as Error);
    span.setAttribute('error.type', name);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  } catch {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** Returns the `traceparent` that later spans link to. It is undefined for a trace that is not recorded. */
function traceOf({ isSpanContextValid, TraceFlags }: Api, span: SpanContext): string | undefined {
  const { traceId, spanId, traceFlags } = span;
  if (!isSpanContextValid(span) || (traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function toLink(traceparent: string): Link[] {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return [];
  return [{ context: { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16), isRemote: true } }];
}
