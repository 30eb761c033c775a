import type { Answer } from '../../../lib/operations/api.ts';

type Recorded = Answer<'GET /v1/batches/{batch}/metrics'>;
type RecordedPoint = Recorded['points'][number];
/** Figures that CloudWatch has not: it counts batches. */
type Uncounted = 'completed' | 'failed' | 'failedAttempts';

/** A step of a chart. */
export interface ChartsPoint extends Omit<RecordedPoint, Uncounted>, Partial<Pick<RecordedPoint, Uncounted>> {
  /** Attempts after a batch's first. CloudWatch alone has it. */
  readonly retries?: number;
}

/**
 * A batch's metrics as the page gets them: what the API answers, or what the dashboard's server has read from CloudWatch
 * in its place.
 */
export interface ChartsAnswer extends Omit<Recorded, 'source' | 'points'> {
  readonly source: Recorded['source'] | 'cloudwatch';
  readonly points: readonly ChartsPoint[];
  /** Why they do not come from CloudWatch, where it was asked for them. */
  readonly notFromCloudWatch?: string;
}
