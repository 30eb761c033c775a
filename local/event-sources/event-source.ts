/** Invokes a function by itself, for messages or by a schedule. */
export interface EventSource {
  /** Starts no more invocations. It resolves when the running ones have ended. */
  stop(): Promise<void>;
}

/** Called with each failure. The event source goes on. */
export type OnError = (message: string, error: unknown) => void;
