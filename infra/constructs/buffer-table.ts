import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IndexTopology, TableTopology } from '#lib/topology';
import type { TableOptions } from '../options/table-options.ts';

export interface BufferTableProps {
  readonly topology: TableTopology;
  /** What happens to the table when its stack is deleted. Default: it stays, and is protected against deletion. */
  readonly removalPolicy?: RemovalPolicy;
  /** The table's key. Default: a key of DynamoDB's own, which costs nothing. */
  readonly encryptionKey?: IKey;
  readonly table?: TableOptions;
}

/**
 * The one table: buffers, windows, jobs and the ticker's lease (docs/decisions/0071).
 *
 * Only this table holds acknowledged items, so by default it outlives its stack. `cdk destroy` leaves it, and its
 * protection has to be switched off before it can be deleted.
 */
export class BufferTable extends Construct {
  readonly table: TableV2;
  /** The ARN of the due index, for functions that find open buffers and due work. */
  readonly dueIndexArn: string;
  /** The ARN of the job index, for functions that list or count jobs. */
  readonly jobIndexArn: string;
  /** The names of both indexes, for their metrics. */
  readonly indexNames: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    { topology, removalPolicy = RemovalPolicy.RETAIN, encryptionKey, table: options = {} }: BufferTableProps,
  ) {
    super(scope, id);
    const { name, partitionKey, sortKey, ttlAttribute, dueIndex, jobIndex } = topology;
    const { indexWarmThroughput, ...given } = options;
    const isRegionKnown = !Token.isUnresolved(Stack.of(this).region);
    const index = (of: IndexTopology, type: AttributeType): GlobalSecondaryIndexPropsV2 => ({
      indexName: of.name,
      partitionKey: { name: of.partitionKey, type },
      sortKey: { name: of.sortKey, type },
      projectionType: ProjectionType.KEYS_ONLY,
      ...(indexWarmThroughput && { warmThroughput: indexWarmThroughput }),
    });
    this.table = new TableV2(this, 'Table', {
      tableName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: ttlAttribute,
      billing: Billing.onDemand(),
      encryption:
        encryptionKey && isRegionKnown
          ? TableEncryptionV2.customerManagedKey(encryptionKey)
          : TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
      globalSecondaryIndexes: [index(dueIndex, AttributeType.NUMBER), index(jobIndex, AttributeType.STRING)],
      ...given,
    });
    if (encryptionKey && !isRegionKnown) this.#encrypt(encryptionKey);
    this.indexNames = [dueIndex.name, jobIndex.name];
    const arnOf = (of: IndexTopology) => `${this.table.tableArn}/index/${of.name}`;
    this.dueIndexArn = arnOf(dueIndex);
    this.jobIndexArn = arnOf(jobIndex);
  }

  /** CDK renders a key for a known region alone, although the one replica is where the stack is. */
  #encrypt({ keyArn }: IKey): void {
    const resource = this.table.node.defaultChild as CfnGlobalTable;
    resource.sseSpecification = { sseEnabled: true, sseType: 'KMS' };
    resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: keyArn });
  }
}
