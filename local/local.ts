import type { BatchEvent } from '#lib/definition/events';
import type { JobInfo } from '#lib/definition/job-info';
import type { AnyDefinition, Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { Settings } from '#lib/deployment/settings';
import type { Note } from '#lib/telemetry/log-line';

/** A line of the local stack's log: a handler's own, or what went wrong. */
export type LocalLogLine = Note & { readonly error?: unknown };

/** What `startLocal` takes. */
export interface LocalOptions {
  /** The definitions to run, or the path of the module that exports them. */
  readonly batches: readonly AnyDefinition[] | string;
  /** The HTTP port; 0 takes a free one. Default 4680. */
  readonly port?: number;
  /**
   * The directory where everything is kept, so that it outlives the process, a killed one too. It needs the package
   * `lmdb`. Default: in memory only.
   */
  readonly dataDir?: string;
  /**
   * Keeps everything on an emulator of DynamoDB and SQS instead, through the AWS clients. Other processes can then add
   * to it. Default: in this process.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string };
  /** Gets the events of batches with `events: true`, which in AWS go to EventBridge. */
  readonly onEvent?: (event: BatchEvent) => void;
  /** Gives `onEvent` the events of all batches. Default: of those with `events: true`. */
  readonly everyEvent?: boolean;
  /**
   * Where handlers' lines and what went wrong are told: `true` on the console, or a function that gets each line.
   * Default: nowhere.
   */
  readonly log?: boolean | ((line: LocalLogLine) => void);
}

/** What `stop` takes. */
export interface StopOptions {
  /** How long jobs that wait are handed out, and running handlers may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

/** A whole deployment in this process. */
export interface Local {
  /** Where the HTTP API is: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The dashboard's address, with the token that this start has drawn for it. */
  readonly dashboard: string;
  /** The definitions that it runs. */
  readonly definitions: readonly Definition[];
  readonly deployment: Deployment;
  /** With these, `configure()` makes another process add to it. Undefined unless it is kept on an emulator. */
  readonly settings: Settings | undefined;
  /**
   * Flushes all that is buffered, of every batch. It does not wait for the handlers: `idle` does.
   *
   * @example
   * await local.flush();
   * await local.idle();
   */
  flush(): Promise<void>;
  /**
   * Waits until nothing is buffered, waiting or running any more: all items have been through their handlers, retries
   * included. What waits for a deadline or a retry is waited for, unless `flush` or `advance` brings it about.
   *
   * @param options `timeoutMs`: how long it waits at the most, in milliseconds of the machine's time. Default 10,000
   * @throws LocalError `local.not_idle` when it has waited that long; its message says what is left
   */
  idle(options?: { readonly timeoutMs?: number }): Promise<void>;
  /**
   * Puts the local stack's clock forward: deadlines, retries, locks and expiries come at once, in their order. Fake
   * timers of a test library do not move this clock, nor does it move theirs.
   *
   * @param ms milliseconds
   * @example
   * await orders.add({ id: 1 });      // maxWaitMs: 60_000
   * await local.advance(60_000);
   * await local.idle();               // the handler has been called
   */
  advance(ms: number): Promise<void>;
  /** All jobs of the batch, or of all batches, the latest first. */
  jobs(batch?: string): Promise<JobInfo[]>;
  /**
   * Ends it: waits for adds that are under way, flushes what is in memory, hands out the jobs that are waiting, lets
   * running handlers end, and closes everything. A handler that has not returned in `timeoutMs` gets its signal aborted.
   * Jobs not begun by then are left, and without `dataDir` lost. What is still buffered is there again after the next
   * start with the same `dataDir`. A second call waits for the first.
   *
   * @throws LocalError `local.stop_timed_out` when handlers do not return even then; everything is closed all the same
   */
  stop(options?: StopOptions): Promise<void>;
}
