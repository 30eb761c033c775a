import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import type { Tracing } from './tracing.ts';

/** As many as OpenTelemetry keeps of a span's links: https://opentelemetry.io/docs/specs/otel/common/#configurable-parameters */
const LINKS = 128;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The package `@opentelemetry/api`, which whoever traces has installed. */
type Api = typeof import('@opentelemetry/api');

/**
 * Traces by whatever OpenTelemetry SDK the process has registered, with the names of its conventions for messaging:
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

/** An error of a user's may throw when it is read: then the span tells that it failed, and no more. */
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

/** What a later span links to: of traces that nobody records there is nothing to be kept. */
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
