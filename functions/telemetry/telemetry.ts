import type { Context } from 'aws-lambda';
import type { Services } from '#lib/store/services';
import { lateTracing } from '#lib/telemetry/late-tracing';
import type { Sink, Told } from './sink.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

/** An event with HTTP headers, which may name the sender's trace. */
type Traced = { readonly headers?: Readonly<Record<string, string | undefined>> };

/** How often a long invocation writes its measurements while it runs, since its process may die. */
const PUBLISH_EVERY_MS = 1_000;

/**
 * Writes a function's log, metrics and traces, by Powertools and OpenTelemetry.
 *
 * Both are loaded while the function already works. Until they are loaded, telemetry waits in memory. All of it is written
 * before an invocation ends, since Lambda freezes the process then and may never run it again.
 */
export class Telemetry {
  /** The logger, the meter and the tracer, for a deployment's services. */
  readonly services: Partial<Services>;
  readonly #settings: TelemetrySettings;
  readonly #loading: Promise<Sink>;
  readonly #waiting: ((sink: Sink) => void)[] = [];
  #sink: Sink | undefined;
  #publishing: NodeJS.Timeout | undefined;
  #spansLost = false;

  constructor(settings: TelemetrySettings) {
    this.#settings = settings;
    this.#loading = this.#load();
    const { tracing } = settings;
    const warn: Services['warn'] = (message, error, about) =>
      this.#tell({ kind: 'line', level: 'warn', message, error, ...about });
    this.services = {
      log: line => this.#tell({ kind: 'line', ...line }),
      note: line => this.#tell({ kind: 'line', ...line }),
      warn,
      measure: (batch, measured) => {
        this.#tell({ kind: 'measured', batch, measured });
        this.#publishing ??= setTimeout(() => this.#publish(), PUBLISH_EVERY_MS).unref();
      },
      ...(tracing && { tracing: lateTracing(async () => (await this.#tracer()).tracing, warn) }),
    };
  }

  /**
   * Wraps a function, so that it writes all telemetry before an invocation ends.
   * @param handle the function's work
   */
  observe<E, R>(
    handle: (event: E, context: Context) => Promise<R>,
  ): (event: E, context: Context) => Promise<R> {
    return async (event, context) => {
      this.#pass(sink => sink.begin(context));
      try {
        return await this.#within(event, () => handle(event, context));
      } finally {
        await this.#flush();
      }
    };
  }

  /** Runs an event's work as part of its sender's trace, if the event names one. */
  async #within<R>(event: unknown, run: () => Promise<R>): Promise<R> {
    const { headers } = (event ?? {}) as Traced;
    if (this.#settings.tracing === undefined || headers?.['traceparent'] === undefined) return run();
    return (await this.#tracer()).within(headers, run);
  }

  async #flush(): Promise<void> {
    await this.#loading;
    this.#publish();
    if (this.#settings.tracing) await this.#sendSpans();
  }

  /** Sends the spans. Spans that cannot be sent are lost without an error, and the first loss is logged. */
  async #sendSpans(): Promise<void> {
    try {
      await (await this.#tracer()).flush();
    } catch (error) {
      if (this.#spansLost) return;
      this.#spansLost = true;
      this.#tell({ kind: 'line', level: 'warn', message: 'spans could not be sent, and are lost', error });
    }
  }

  #publish(): void {
    clearTimeout(this.#publishing);
    this.#publishing = undefined;
    this.#pass(sink => sink.publish());
  }

  #tell(told: Told): void {
    this.#pass(sink => sink.take(told));
  }

  #pass(to: (sink: Sink) => void): void {
    if (this.#sink) to(this.#sink);
    else this.#waiting.push(to);
  }

  async #load(): Promise<Sink> {
    const { powertools } = await import('./powertools.ts');
    const sink = powertools(this.#settings);
    for (const to of this.#waiting.splice(0)) to(sink);
    this.#sink = sink;
    return sink;
  }

  async #tracer() {
    const { tracer } = await import('./tracer.ts');
    return tracer(this.#settings);
  }
}
