import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Measured } from './monitoring/measured.ts';

/** A deployment that producers use: one of this app, or one that `Cistern.fromDeployment` names. It has all metrics. */
export interface ICistern extends Omit<Measured, 'batches'> {
  /** The environment variables that your own functions need to add items. */
  readonly producerEnvironment: Readonly<Record<string, string>>;
  /**
   * Lets a principal add items from its own process, which needs the variables of `producerEnvironment`.
   *
   * @param batches default: all
   */
  grantProduce(grantee: IGrantable, ...batches: readonly string[]): Grant;
  /**
   * Lets a principal add items over HTTP, by signed requests, to these batches only, and call `/health`.
   *
   * @param batches default: all
   */
  grantAdd(grantee: IGrantable, ...batches: readonly string[]): Grant;
}
