import type { AsJson } from '#lib/as-json';
import type { Receipt } from '#lib/buffer/items';
import type * as drain from '#lib/control/drain';
import type { FlushedJob } from '#lib/control/flush';
import type * as groups from '#lib/control/groups';
import type * as control from '#lib/control/pause';
import type * as status from '#lib/control/status';
import type { BatchEvent } from '#lib/definition/events';
import type * as info from '#lib/definition/job-info';
import type { JobPage } from '#lib/jobs/find-jobs';
import type { JobItem } from '#lib/jobs/list-items';
import type { SlotView } from '#lib/jobs/look-at-window';

/*
 * What the API answers with: the library's own types as JSON has them. A group that is absent is no group, and the
 * empty string is one.
 */

export type { BatchEvent, Receipt };
export type ControlState = AsJson<control.ControlState>;
export type Resumed = AsJson<control.Resumed>;
export type BatchStatus = AsJson<status.BatchStatus>;
export type GroupStatus = AsJson<groups.GroupStatus>;
export type GroupsPage = AsJson<groups.GroupPage>;
export type DrainReport = AsJson<drain.DrainReport>;
export type JobsPage = AsJson<JobPage>;
export type JobInfo = AsJson<info.JobInfo>;

/** The items are there when they are asked for, from `nextItem` on in another answer where they did not all fit. */
export type JobWithItems = JobInfo & { readonly items?: readonly JobItem[]; readonly nextItem?: number };

export type { SlotView };
/** A window slot by slot, from `nextSlot` on in another answer where they did not all fit. */
export interface WindowPage {
  readonly id: string;
  readonly job?: JobInfo;
  /** The bound of its group, by the definition as it is now. */
  readonly maxSize?: number;
  readonly slots: readonly SlotView[];
  readonly nextSlot?: number;
}

export interface AddAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly receipts: readonly Receipt[];
}

export interface FlushAnswer {
  readonly jobs: readonly FlushedJob[];
}

/** In the order in which they are shown; the compiler sees to it that none is missing. */
const SHOWN: Readonly<Record<info.JobStatus, true>> = {
  waiting: true,
  active: true,
  retrying: true,
  parked: true,
  completed: true,
  failed: true,
  dead: true,
};
export const JOB_STATUSES = Object.keys(SHOWN) as readonly info.JobStatus[];
