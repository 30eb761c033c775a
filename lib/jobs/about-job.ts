import type { Job } from '../store/records.ts';
import type { About } from '../telemetry/log-line.ts';

/** What a line of the log says of a job that it is about. */
export const aboutJob = ({ batch, id, group, attempts }: Job): Required<About> => ({
  batch,
  job: id,
  group,
  attempt: attempts,
});
