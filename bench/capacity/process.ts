import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { Life } from './requests.ts';

/** A process of the modelled deployment. */
export interface Process {
  readonly deployment: Deployment;
  /** As this process has it. */
  readonly definition: Definition;
  readonly life: Life;
  /** Rejects when the process dies. */
  readonly death: Promise<never>;
}
