import type { JobStatus } from '../api/contract.ts';

/** Which jobs of a batch are listed. */
export interface JobFilter {
  readonly status?: JobStatus;
  readonly group?: string;
}
