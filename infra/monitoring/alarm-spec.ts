import type { CreateAlarmOptions, IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** The sections of docs/operations.md that say what to do. */
export type Section =
  | 'dead batches'
  | 'old items'
  | 'slow handlers'
  | 'stuck entries'
  | 'the ticker does not run'
  | 'throttles'
  | 'ingest errors';

/** An alarm before it is a resource: what is looked at, and what it means. */
export interface AlarmSpec
  extends Omit<CreateAlarmOptions, 'alarmName' | 'alarmDescription' | 'treatMissingData'>,
    Required<Pick<CreateAlarmOptions, 'treatMissingData'>> {
  /** The construct's, unique among those of its batch, or of the deployment. */
  readonly id: string;
  /** The alarm's, within the deployment. */
  readonly name: string;
  readonly metric: IMetric;
  /** What it means, and what to do first. */
  readonly description: string;
  readonly section: Section;
  /**
   * Whether what it tells of lasts when the metric is quiet again. Then nobody is told that it is over. Default
   * `false`.
   */
  readonly lasts?: boolean;
}
