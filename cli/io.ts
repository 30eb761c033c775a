/** A destination of text: a terminal, a file, a pipe. */
export interface Sink {
  readonly isTTY: boolean;
  /** The terminal's width. Undefined if there is no terminal. */
  readonly columns: number | undefined;
  /** Writes text. If it returns a promise, the promise resolves when the reader has caught up. */
  write(text: string): void | Promise<void>;
}

/** A command's streams, clock, network and signals, so that tests can replace them. */
export interface Io {
  readonly stdin: { readonly isTTY: boolean; readonly chunks: AsyncIterable<Uint8Array> };
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The working directory. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  /** Waits. It ends early, without an error, if the command is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Asks for a line from the terminal. It is empty if there is none. */
  readonly ask: (question: string) => Promise<string>;
  /** Aborted at Ctrl-C and SIGTERM, with the signal's name as the reason. */
  readonly interrupted: AbortSignal;
}
