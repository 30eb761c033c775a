/** Where text goes: a terminal, a file, a pipe. */
export interface Sink {
  readonly isTTY: boolean;
  /** The terminal's width; undefined where there is no terminal. */
  readonly columns: number | undefined;
  /** Waits, where it returns a promise, until whoever reads has caught up. */
  write(text: string): void | Promise<void>;
}

/** All that a command has to do with the world, so that tests can be the world. */
export interface Io {
  readonly stdin: { readonly isTTY: boolean; readonly chunks: AsyncIterable<Uint8Array> };
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The working directory. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  /** Ends early, without an error, when the command is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** A line from the terminal; empty when there is none. */
  readonly ask: (question: string) => Promise<string>;
  /** Aborts with the signal's name at Ctrl-C and SIGTERM. */
  readonly interrupted: AbortSignal;
}
