import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';

/** What requests are answered with: a deployment and the definitions that it runs. */
export interface Context {
  readonly deployment: Deployment;
  readonly definitions: readonly Definition[];
}
