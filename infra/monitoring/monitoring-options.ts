import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** How a deployment is watched. */
export interface MonitoringOptions {
  /**
   * A CloudWatch dashboard with three rows for the deployment, two for each batch and two for all pools. CloudWatch bills a dashboard by the
   * month. Default `true`.
   */
  readonly dashboard?: boolean;
  /**
   * CloudWatch alarms: three for each batch (dead batches, old items, slow handlers; batches of a pool share theirs, five
   * or ten at a time), and those of the deployment (the
   * ticker does not run or cannot put something right, the dead letter function is ended, throttles, ingest errors). CloudWatch bills each by the month. Default: they are there, and
   * tell nobody. `false`: none.
   */
  readonly alarms?: false | AlarmOptions;
}

export interface AlarmOptions {
  /**
   * Is told when an alarm goes off, and when it is over; but for dead batches, which stay dead when the alarm is over. The account's alarms are let in by its policy, and by the
   * policy of the key that encrypts it; who else publishes to it (EventBridge, Budgets) needs a statement of their own,
   * since a topic with a policy lets in nobody else. A topic or a key that is imported has to let in
   * `cloudwatch.amazonaws.com` by itself. Default: nobody is told.
   */
  readonly topic?: ITopic;
  /**
   * From which age on an item is too old, by the names of batches: a minute or more. For batches whose items may wait
   * longer than their definitions say: with `limits`, `throttle` or `ordered`, a handler that takes minutes without a
   * `timeout`, or operators that pause them for hours. Default: twice `maxWaitMs`, and what `timeout` and `retries`
   * allow to come after; five minutes at the least.
   */
  readonly oldItems?: Readonly<Record<string, Duration>>;
}
