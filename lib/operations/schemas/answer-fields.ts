import * as v from 'valibot';
import { JOB_STATUSES } from '../../definition/job-info.ts';

/* Parts of the schemas of answers. */

export const text = (description: string) => v.pipe(v.string(), v.description(description));
export const count = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));
export const flag = (description: string) => v.pipe(v.boolean(), v.description(description));
export const time = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));

export const JOB_ID = text('A job’s id.');
export const GROUP = v.exactOptional(text('The group’s key. Absent if the batch has no groups.'));
export const CURSOR = v.exactOptional(text('The cursor of the next page. Absent if there is none.'));

export const JOB_STATUS = v.picklist(JOB_STATUSES);
