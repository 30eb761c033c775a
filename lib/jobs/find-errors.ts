import type { Services } from '../store/services.ts';
import { type ErrorGroup, groupErrors } from './error-groups.ts';
import { findRecords } from './find-jobs.ts';
import type { JobFilter } from './job-filter.ts';

/** Jobs that are looked at. */
const MOST = 500;
/** Groups that are told. */
const GROUPS = 50;

/** What goes wrong in a batch. */
export interface ErrorGroups {
  /** Those of the most jobs first, 50 at the most. */
  readonly errors: readonly ErrorGroup[];
  /** The jobs with errors that were looked at. */
  readonly jobs: number;
  /** There are more jobs than were looked at, or more groups than are told. */
  readonly partial: boolean;
}

/** Groups the errors of a batch's latest failed, dead and retrying jobs, 500 at the most. */
export async function findErrors(
  services: Pick<Services, 'store'>,
  batch: string,
  filter: Pick<JobFilter, 'group' | 'since' | 'until'> = {},
): Promise<ErrorGroups> {
  const meant = { ...filter, limit: MOST };
  const pages = await Promise.all([
    findRecords(services, batch, meant, ['failed', 'dead']),
    findRecords(services, batch, { ...meant, status: 'retrying' }, ['open']),
  ]);
  const jobs = pages.flatMap(page => page.jobs).filter(({ error }) => error !== undefined);
  const errors = groupErrors(new Map(jobs.map(job => [job.id, job])).values());
  return {
    errors: errors.slice(0, GROUPS),
    jobs: jobs.length,
    partial: pages.some(({ cursor }) => cursor !== undefined) || errors.length > GROUPS,
  };
}
