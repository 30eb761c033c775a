import type { BatchEvent } from '../definition/events.ts';
import type { Definition } from '../definition/options.ts';
import type { About, LogLine, Note } from '../telemetry/log-line.ts';
import type { Measured } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { Control } from './control.ts';
import type { Store } from './ports.ts';
import type { Queues } from './queue-ports.ts';

/** What the protocol gets from outside. It uses no other clock and no other source of randomness. */
export interface Services {
  /** The deployment's name. */
  readonly deployment: string;
  readonly store: Store;
  readonly queues: Queues;
  readonly clock: Clock;
  /** A fresh random name, for epochs, reservations, seals and runs. */
  readonly newId: () => string;
  /** Returns a batch's definition; undefined if this process does not know it. */
  readonly definitionOf: (batch: string) => Definition | undefined;
  /** All definitions that this process knows. */
  readonly definitions: () => readonly Definition[];
  /** Returns what operators have asked of a batch, as it was at most a second ago. */
  readonly controlOf: (batch: string) => Promise<Control>;
  /** The same for adds, which may see a pause a moment later. */
  readonly admissionOf: (batch: string) => Promise<Control>;
  readonly remember: Remember;
  /** Work that no answer waits for. */
  readonly background: BackgroundWork;
  /** Puts an event on the deployment's bus. A failure is logged. */
  readonly emit: (event: BatchEvent) => Promise<void>;
  /** Writes a line of a handler to the log. */
  readonly log: (line: LogLine) => void;
  /** Writes a log line about a batch. It does nothing where no such log is kept. */
  readonly note: (line: Note) => void;
  /** Records metrics of a batch. It does nothing where no metrics are kept. */
  readonly measure: (batch: string, measured: Measured) => void;
  readonly tracing: Tracing;
  /** The permits of each batch that this process has given back and not taken again. They are most likely free. */
  readonly permitsGivenBack: Map<string, number[]>;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Logs a failure that does no lasting harm, since the ticker will repair it. */
  readonly warn: (message: string, error: unknown, about?: About) => void;
}

// What each part of the protocol uses of them: a signature names one of these groups, or picks up to five services.

/** Reads and changes records. */
export type StoreAccess = Pick<Services, 'store' | 'clock'>;

/** Takes a slot of a batch's throttle. */
export type ThrottleServices = StoreAccess & Pick<Services, 'newId' | 'random' | 'warn'>;

/** Takes and gives back the permit that a job runs with. */
export type PermitServices = StoreAccess & Pick<Services, 'random' | 'permitsGivenBack' | 'warn'>;

/** Moves the line of a batch's windows that wait for its throttle. */
export type LineServices = StoreAccess & Pick<Services, 'queues' | 'definitionOf' | 'warn'>;

/** Publishes a sealed window: its job, and the event of it. */
export type PublishServices = StoreAccess & Pick<Services, 'deployment' | 'queues' | 'definitionOf' | 'emit'>;

/** Seals a buffer's windows. */
export type SealServices = ThrottleServices &
  LineServices &
  PublishServices &
  Pick<Services, 'controlOf' | 'measure'>;

/** Adds items to a buffer, and seals what they fill. */
export type AddServices = SealServices & Pick<Services, 'background'>;

/** Does what follows a job's end: calls hooks, sends events, and sends the next job of an ordered batch. */
export type EndServices = Pick<
  Services,
  'deployment' | 'store' | 'queues' | 'background' | 'emit' | 'note' | 'measure' | 'warn'
>;

/** Ends a job that does not run. */
export type CloseServices = EndServices & StoreAccess & Pick<Services, 'newId' | 'random'>;

/** Calls a handler, and writes down how its attempt ended. */
export type AttemptServices = EndServices & StoreAccess & Pick<Services, 'random' | 'log' | 'tracing'>;

/** Reads a job's items. */
export type ItemServices = StoreAccess & Pick<Services, 'measure' | 'warn'>;

/** Takes a job up from its queue. */
export type RunServices = CloseServices & AttemptServices & PermitServices & Pick<Services, 'controlOf'>;

/**
 * Calls `look`, or returns an answer that it gave at most `ms` milliseconds ago.
 *
 * @param what names the question
 * @param isKept whether an answer may be used later too. Default: each may. A failure is never used again
 */
export type Remember = <T>(
  what: string,
  ms: number,
  look: () => Promise<T>,
  isKept?: (answer: T) => boolean,
) => Promise<T>;

/**
 * Work that no answer needs (invariant 13): seals, timers, events, and the work after a job's end. It begins at once.
 * Its caller waits for it for a moment, so that it is usually done before the answer. A failure of it never fails the
 * caller.
 */
export interface BackgroundWork {
  /**
   * Begins a piece of work.
   *
   * @param undone says for the log what it means if the work fails
   * @returns settles when the work has ended; never rejects
   */
  begin(undone: string, work: () => Promise<unknown>, about?: About): Promise<void>;
  /** Begins a piece of work as `begin` does, and waits for its end, but for no longer than `MOMENT_MS`. */
  soon(undone: string, work: () => Promise<unknown>, about?: About): Promise<void>;
  /** Waits for some work, but for no longer than so many milliseconds. @returns whether it has ended */
  atMost(ms: number, work: Promise<unknown>): Promise<boolean>;
  /** Waits until all that is under way has ended, but for no longer than so many milliseconds. @returns as `atMost` */
  settled(ms: number): Promise<boolean>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Runs an action once, so many milliseconds from now, unless the returned function is called before. */
  after(ms: number, action: () => void): () => void;
  /** Runs an action every so many milliseconds until the returned function is called. */
  every(ms: number, action: () => void): () => void;
}
