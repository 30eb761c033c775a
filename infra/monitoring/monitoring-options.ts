import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Duration } from 'aws-cdk-lib/core';

/** A deployment's dashboard and alarms. */
export interface MonitoringOptions {
  /**
   * Whether there is a CloudWatch dashboard, with three rows for the deployment, two for each batch and two for all pools.
   * CloudWatch bills a dashboard by the month. Default `true`.
   */
  readonly dashboard?: boolean;
  /**
   * CloudWatch alarms. Each batch has three: dead batches, old items, slow handlers. In a pool, five or ten batches share
   * one. The deployment has alarms for a ticker that does not run or cannot repair an entry, for a dead letter function
   * that Lambda ends, for throttles and for ingest errors. CloudWatch bills each alarm by the month. Default: there are
   * alarms, without a topic. `false`: there are none.
   */
  readonly alarms?: false | AlarmOptions;
}

/** Who is told by the alarms, and from when on. */
export interface AlarmOptions {
  /**
   * Gets a message when an alarm goes off, and another when it is over. The alarm of dead batches sends only the first,
   * since the batches stay dead. The construct lets the account's alarms publish, in the policies of the topic and of the
   * key that encrypts it. A topic with a policy allows no other publisher: EventBridge or Budgets then need statements of
   * their own. The policy of an imported topic or key has to allow `cloudwatch.amazonaws.com` already. Default: no topic,
   * and no messages.
   */
  readonly topic?: ITopic;
  /**
   * The age from which an item is too old, by batch name: a minute or more. Set it for batches whose items may wait longer
   * than their definitions say: with `limits`, `throttle` or `ordered`, with a handler that takes minutes without a
   * `timeout`, or with operators that pause the batch for hours. Default: twice `maxWaitMs`, plus the time that `timeout`
   * and `retries` allow, and at least five minutes.
   */
  readonly oldItems?: Readonly<Record<string, Duration>>;
}
