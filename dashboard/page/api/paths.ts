import type { JobStatus } from './contract.ts';

/** Rows of one page of groups or jobs. */
const LIMIT = 50;

const segment = encodeURIComponent;
const batchPath = (batch: string): string => `v1/batches/${segment(batch)}`;
const jobPath = (job: string): string => `v1/jobs/${segment(job)}`;

/** What is asked of the API, by name; relative to the page. */
export const PATHS = {
  health: 'health',
  batches: 'v1/batches',
  batch: batchPath,
  control: (batch: string, action: 'flush' | 'pause' | 'resume' | 'drain' | 'redrive'): string =>
    `${batchPath(batch)}/${action}`,
  groups: (batch: string, cursor?: string): string =>
    `${batchPath(batch)}/groups?${query({ limit: String(LIMIT), cursor })}`,
  jobs: (
    batch: string,
    filter: {
      readonly status?: JobStatus | undefined;
      readonly group?: string | undefined;
      readonly cursor?: string | undefined;
    },
  ): string => `${batchPath(batch)}/jobs?${query({ ...filter, limit: String(LIMIT) })}`,
  job: jobPath,
  jobItems: (job: string, from?: number): string =>
    `${jobPath(job)}?${query({ items: 'true', from: from === undefined ? undefined : String(from) })}`,
  jobControl: (job: string, action: 'redrive' | 'purge'): string => `${jobPath(job)}/${action}`,
} as const;

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}
