import type { Job } from '../store/job.ts';
import type { About } from '../telemetry/log-line.ts';

/** Makes the fields by which a log line names its job. */
export const aboutJob = ({ batch, id, group, attempts }: Job): Required<About> => ({
  batch,
  job: id,
  group,
  attempt: attempts,
});
