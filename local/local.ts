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
   * The directory where everything is kept, so that it outlives the process, also one that is killed. It needs the
   * package `lmdb`. Default: in memory only.
   */
  readonly dataDir?: string;
  /**
   * Keeps everything on an emulator of DynamoDB and SQS, through the AWS clients. Other processes can then add to it.
   * Default: in this process.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string };
  /** Gets the events of batches with `events: true`, which in AWS go to EventBridge. */
  readonly onEvent?: (event: BatchEvent) => void;
  /** Gives `onEvent` the events of all batches. Default: of those with `events: true`. */
  readonly everyEvent?: boolean;
  /**
   * Where the log goes, with handlers' lines and what went wrong: `true` for the console, or a function that gets each
   * line. Default: nowhere.
   */
  readonly log?: boolean | ((line: LocalLogLine) => void);
}

/** What `stop` takes. */
export interface StopOptions {
  /** How long waiting jobs may be started and running handlers may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
}

/** A whole deployment in this process. */
export interface Local {
  /** The address of the HTTP API: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The address of the dashboard, with the token of this start. */
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
   * Waits until nothing is buffered, waiting or running: all items have been through their handlers, retries included. It
   * waits for deadlines and retries in real time; `flush` and `advance` bring them about sooner.
   *
   * @param options `timeoutMs`: how long it waits at most, in milliseconds of the machine's time. Default 10,000
   * @throws LocalError `local.not_idle` after that time; its message says what is left
   */
  idle(options?: { readonly timeoutMs?: number }): Promise<void>;
  /**
   * Puts the local stack's clock forward. Deadlines, retries, locks and expiries on the way happen at once, in their order.
   * Fake timers of a test library do not move this clock, and it does not move theirs.
   *
   * @param ms milliseconds
   * @example
   * await orders.add({ id: 1 });      // maxWaitMs: 60_000
   * await local.advance(60_000);
   * await local.idle();               // the handler has been called
   */
  advance(ms: number): Promise<void>;
  /** Returns all jobs of the batch, or of all batches, the latest first. */
  jobs(batch?: string): Promise<JobInfo[]>;
  /**
   * Stops the stack. It waits for adds that are under way, flushes what is in memory, starts waiting jobs, lets running
   * handlers end, and closes everything. After `timeoutMs` it aborts the signals of handlers that still run. Jobs that have
   * not begun by then are left. Without `dataDir` they are lost, as is what is still buffered; with it, both are there again
   * after the next start. A second call waits for the first.
   *
   * @throws LocalError `local.stop_timed_out` if handlers do not return even then; everything is closed all the same
   */
  stop(options?: StopOptions): Promise<void>;
}
