import type { BatchEvent } from '#lib/definition/events';
import type { JobInfo } from '#lib/definition/job-info';
import type { AnyDefinition, Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { Settings } from '#lib/deployment/settings';
import type { Note } from '#lib/telemetry/log-line';

/** A line of the local stack's log: one that a handler has written, or a failure. */
export type LocalLogLine = Note & { readonly error?: unknown };

/** The options of `startLocal`. */
export interface LocalOptions {
  /** The definitions to run, or the path of the module that exports them. */
  readonly batches: readonly AnyDefinition[] | string;
  /** The HTTP port; 0 takes a free one. Default 4680. */
  readonly port?: number;
  /**
   * The directory for all records and messages, which then outlive the process, even a killed one. It needs the package
   * `lmdb`. Default: they are in memory only.
   */
  readonly dataDir?: string;
  /**
   * Keeps all records and messages on an emulator of DynamoDB and SQS, through the AWS clients. Other processes can then
   * add items. Default: in this process.
   */
  readonly endpoints?: { readonly dynamodb: string; readonly sqs: string };
  /**
   * Origins of web pages that may add from a browser, such as `http://localhost:5173`, as `http.cors` lets them in a
   * deployment. They may add and ask for `/health`, and nothing else. Default: no page of another origin gets anything.
   */
  readonly cors?: readonly string[];
  /**
   * The token in the dashboard's address: 20 letters, digits, `_` and `-` or more. With the same token an open page works on
   * after a new start. Default: a new one for each start.
   */
  readonly dashboardToken?: string;
  /** Gets the events of batches with `events: true`, which in AWS go to EventBridge. */
  readonly onEvent?: (event: BatchEvent) => void;
  /** Gives `onEvent` the events of all batches. Default: of those with `events: true`. */
  readonly everyEvent?: boolean;
  /**
   * Where the log goes, with handlers' lines and failures: `true` for the console, or a function that gets each line.
   * Default: there is no log.
   */
  readonly log?: boolean | ((line: LocalLogLine) => void);
}

/** The options of `stop`. */
export interface StopOptions {
  /** How long `stop` starts waiting jobs and waits for running handlers, in milliseconds. Default 10,000. */
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
   * Flushes all buffers of all batches. It does not wait for the handlers; `idle` does.
   *
   * @example
   * await local.flush();
   * await local.idle();
   */
  flush(): Promise<void>;
  /**
   * Waits until no item is buffered, and no job waits or runs: all items have been through their handlers, retries
   * included. It waits for deadlines and retries in real time. Use `flush` and `advance` to make them happen sooner.
   *
   * @param options `timeoutMs`: how long it waits at most, in milliseconds of the machine's time. Default 10,000
   * @throws LocalError `local.not_idle` after that time. Its message names the work that is left
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
   * not begun by then, and items that are still buffered, are lost without `dataDir`. With it, both are there again after
   * the next start. A second call waits for the first.
   *
   * @throws LocalError `local.stop_timed_out` if handlers do not return even then. Everything is closed nevertheless
   */
  stop(options?: StopOptions): Promise<void>;
}
