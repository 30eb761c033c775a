import type { CreateAlarmOptions, IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** The sections of docs/operations.md that alarms name. */
export type Section =
  | 'dead batches'
  | 'old items'
  | 'slow handlers'
  | 'stuck entries'
  | 'the ticker does not run'
  | 'throttles'
  | 'ingest errors';

/** Describes an alarm: its metric, its threshold and its text. */
export interface AlarmSpec
  extends Omit<CreateAlarmOptions, 'alarmName' | 'alarmDescription' | 'treatMissingData'>,
    Required<Pick<CreateAlarmOptions, 'treatMissingData'>> {
  /** The construct's id, unique among the alarms of its batch, or of the deployment. */
  readonly id: string;
  /** The alarm's name after the deployment's. */
  readonly name: string;
  readonly metric: IMetric;
  /** Says what the alarm means, and what to do first. */
  readonly description: string;
  readonly section: Section;
  /**
   * Whether the trouble lasts after the metric has gone back to normal. Then no message says that it is over. Default
   * `false`.
   */
  readonly lasts?: boolean;
}
