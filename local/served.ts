import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { LocalHistory } from './history.ts';

/** What the local stack serves over HTTP. */
export interface Served {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
  readonly history: LocalHistory;
  /** The dashboard's token. */
  readonly token: string;
  /** The origins of web pages that may add. */
  readonly origins: readonly string[];
}
