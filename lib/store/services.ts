import type { Queues, Store } from './ports.ts';

/** What the protocol needs from outside: it reaches for nothing else, neither clocks nor randomness. */
export interface Services {
  /** The deployment's name. */
  readonly deployment: string;
  readonly store: Store;
  readonly queues: Queues;
  readonly clock: Clock;
  /** A fresh random name, for epochs, reservations, seals and runs. */
  readonly newId: () => string;
  /** Told of what went wrong without harm: what the ticker will put right. */
  readonly warn: (message: string, error: unknown) => void;
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
