import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Measured } from './monitoring/measured.ts';

/** A deployment that producers use: one of this app, or one that `Cistern.fromDeployment` names. It has all metrics. */
export interface ICistern extends Omit<Measured, 'batches'> {
  /** The variables by which a process knows the deployment: for functions of yours that add. */
  readonly producerEnvironment: Readonly<Record<string, string>>;
  /**
   * Lets somebody add from a process of theirs, with `producerEnvironment` in its environment.
   *
   * @param batches default: all
   */
  grantProduce(grantee: IGrantable, ...batches: readonly string[]): Grant;
  /**
   * Lets somebody add over HTTP, by signed requests: to these batches alone, and `/health`.
   *
   * @param batches default: all
   */
  grantAdd(grantee: IGrantable, ...batches: readonly string[]): Grant;
}
