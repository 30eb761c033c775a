import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { jobQueueName, timerQueueName } from '#lib/resource-names';
import { producerEnvironment } from './environment/producer-environment.ts';
import type { ICistern } from './i-cistern.ts';
import { Measured } from './monitoring/measured.ts';
import { BATCHES } from './options/argument-schemas.ts';
import { checkGiven } from './options/check-given.ts';
import { ATTRIBUTES, type CisternAttributes } from './options/cistern-attributes.ts';
import { refuseSetting } from './options/refuse-setting.ts';
import { ingestRights, type TableReach, useKey } from './rights/function-rights.ts';
import { grant } from './rights/grant.ts';
import { addRouteRights } from './rights/route-rights.ts';
import { tableArns } from './rights/table-arns.ts';
import { warnOfOldNode } from './rights/warn-of-old-node.ts';

/** A deployment of another stack. */
export class ImportedCistern extends Measured implements ICistern {
  readonly deployment: string;
  /** Not known here, so that each name is accepted. */
  readonly batches: undefined;
  readonly producerEnvironment: Readonly<Record<string, string>>;
  protected override readonly place: { readonly account?: string; readonly region?: string };
  readonly #attributes: CisternAttributes;

  /** @throws SettingsError `settings.invalid` */
  constructor(scope: Construct, id: string, attributes: CisternAttributes) {
    super(scope, id);
    checkGiven(ATTRIBUTES, attributes);
    const { deployment, account, region, eventBus } = attributes;
    this.deployment = deployment;
    this.place = { ...(account && { account }), ...(region && { region }) };
    this.#attributes = attributes;
    this.producerEnvironment = producerEnvironment(this, {
      deployment,
      eventBus: eventBus === undefined ? undefined : this.#busArn(eventBus),
      tableArn: this.#buffers.table.tableArn,
      ...this.place,
    });
  }

  grantProduce(grantee: IGrantable, ...batches: readonly string[]): Grant {
    checkGiven(BATCHES, batches, 'batches');
    warnOfOldNode(grantee);
    const { deployment, eventBus, encryptionKey, pools = {}, maxPendingBatches = false } = this.#attributes;
    const jobs =
      batches.length === 0
        ? [`${deployment}-jobs-*`, `${deployment}-pool-*`]
        : batches.map(name => jobQueueName(deployment, { name, pool: pools[name] }));
    const statements = ingestRights({
      buffers: this.#buffers,
      jobQueues: [...new Set(jobs)].map(name => this.#queueArn(name)),
      timerQueue: this.#queueArn(timerQueueName(deployment)),
      eventBus: eventBus === undefined ? undefined : this.#busArn(eventBus),
      countsPending: maxPendingBatches,
    });
    return grant(grantee, [...statements, ...useKey(encryptionKey?.keyArn)]);
  }

  /** @throws SettingsError `settings.invalid` without `apiId`, and for a deployment of another account */
  grantAdd(grantee: IGrantable, ...batches: readonly string[]): Grant {
    checkGiven(BATCHES, batches, 'batches');
    const { apiId, account } = this.#attributes;
    if (apiId === undefined) return refuseSetting('apiId', 'the id of the HTTP API for grantAdd', apiId);
    const own = Stack.of(this).account;
    if (
      account !== undefined &&
      account !== own &&
      !Token.isUnresolved(own) &&
      !Token.isUnresolved(account)
    ) {
      refuseSetting(
        'account',
        `the stack’s (${own}) for grantAdd: an HTTP API lets in no role of another account. Assume a role of its account, or use tokens`,
        account,
      );
    }
    return grant(grantee, addRouteRights(this, { apiId, ...this.place }, batches));
  }

  get #buffers(): TableReach {
    return tableArns(this, this.deployment, this.place);
  }

  #queueArn(name: string): string {
    return Arn.format(
      { service: 'sqs', resource: name, arnFormat: ArnFormat.NO_RESOURCE_NAME, ...this.place },
      Stack.of(this),
    );
  }

  #busArn(name: string): string {
    const bus = { service: 'events', resource: 'event-bus', resourceName: name };
    return Stack.of(this).formatArn({ ...bus, ...this.place });
  }
}
