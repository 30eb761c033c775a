/** An engine that listens on 127.0.0.1. */
export interface EngineServer {
  readonly url: string;
  /** Resolves when no connection is left and what is stored is on disk. */
  close(): Promise<void>;
}
