import type { FlushReason, JobStatus } from '../api/contract.ts';

/** Which jobs of a batch are listed. */
export interface JobFilter {
  readonly status?: JobStatus;
  readonly group?: string;
  /** A part of the id. */
  readonly id?: string;
  readonly tag?: string;
  readonly reason?: FlushReason;
  /** A text in the error. */
  readonly error?: string;
  /** ISO times: the job has ended, or was flushed, between them. */
  readonly since?: string;
  readonly until?: string;
  /** A text in one of its items. The page itself looks for it, in the jobs that are shown. */
  readonly item?: string;
}

/** The parts of a filter, with their names, in the order in which they are asked for. */
export const FILTER_NAMES = {
  group: 'Group',
  id: 'Id',
  error: 'Error',
  item: 'Item',
  tag: 'Tag',
  reason: 'Flushed by',
  since: 'Since',
  until: 'Until',
} as const satisfies Readonly<Record<Exclude<keyof JobFilter, 'status'>, string>>;
export type FilterName = keyof typeof FILTER_NAMES;
export const FILTERS = Object.keys(FILTER_NAMES) as FilterName[];

/** What the API is asked for: all but what the page itself looks for. */
export const toQuery = ({ item: _, ...filter }: JobFilter): Omit<JobFilter, 'item'> => filter;

/** A filter without one of its parts. */
export function without(filter: JobFilter, name: keyof JobFilter): JobFilter {
  const { [name]: _, ...rest } = filter;
  return rest;
}
