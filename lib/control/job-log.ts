import type { Definition } from '../definition/options.ts';
import type { Job } from '../store/job.ts';
import type { Note } from '../telemetry/log-line.ts';
import { consumerOf, topology } from '../topology.ts';
import { type InsightsQuery, insightsUrl } from './insights-url.ts';

/** A line of the log about a job. */
export interface JobLogLine {
  readonly at: Date;
  readonly level: Note['level'];
  readonly message: string;
  readonly attempt?: number;
  /** What was logged besides, as JSON; at most 2,000 characters. */
  readonly data?: string;
}

/** The log about a job, or where it is. */
export interface JobLog {
  readonly job: string;
  /** The lines that the process has, oldest first, 200 at the most. The local stack alone has them. */
  readonly lines?: readonly JobLogLine[];
  /** Where CloudWatch Logs has them; absent on the local stack. */
  readonly cloudwatch?: LogPlace;
}

interface LogPlace extends InsightsQuery {
  /** Opens the query in the console. Absent where the process does not know its region. */
  readonly url?: string;
}

const HOUR_MS = 3_600_000;

/**
 * Says where CloudWatch Logs has the lines about a job: in the log of its consumer function.
 *
 * @param region the region of the deployment
 */
export function logInCloudWatch(
  deployment: string,
  definitions: readonly Definition[],
  { id, batch, sealedAt, finishedAt }: Pick<Job, 'id' | 'batch' | 'sealedAt' | 'finishedAt'>,
  { now, region }: { readonly now: number; readonly region: string | undefined },
): JobLog {
  const consumer = consumerOf(topology(deployment, definitions), batch);
  if (consumer === undefined) return { job: id };
  const place = {
    logGroup: `/aws/lambda/${consumer.function.name}`,
    query: `fields @timestamp, level, attempt, message, data\n| filter job = "${id}"\n| sort @timestamp asc\n| limit 1000`,
    // Clocks may differ a little.
    from: new Date(sealedAt - HOUR_MS),
    to: new Date((finishedAt ?? now) + HOUR_MS),
  };
  return { job: id, cloudwatch: { ...place, ...(region && { url: insightsUrl(region, place) }) } };
}
