/** Something that invokes a function by itself. */
export interface EventSource {
  /** No invocation starts after this call; resolves when the running ones have ended. */
  stop(): Promise<void>;
}

/** Told of what failed; the event source goes on. */
export type OnError = (message: string, error: unknown) => void;
