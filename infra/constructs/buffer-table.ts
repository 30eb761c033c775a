import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { IndexTopology, TableTopology } from '#lib/topology';

export interface BufferTableProps {
  readonly topology: TableTopology;
  /** What becomes of it without its stack. Default: kept, and protected from being deleted. */
  readonly removalPolicy?: RemovalPolicy;
  /** Default: a key of DynamoDB's own, for which nobody is billed. */
  readonly encryptionKey?: IKey;
}

/**
 * The one table: buffers, windows, jobs and the ticker's lease.
 *
 * It is all that holds acknowledged items, and so it outlives its stack unless told otherwise: `cdk destroy` leaves
 * it, and it has to be unprotected before anybody can delete it.
 */
export class BufferTable extends Construct {
  readonly table: Table;
  /** The due index's ARN, for those that look for open buffers and due work. */
  readonly dueIndexArn: string;
  /** The job index's, for those that list or count jobs. */
  readonly jobIndexArn: string;
  /** Of both indexes, for their metrics. */
  readonly indexNames: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    { topology, removalPolicy = RemovalPolicy.RETAIN, encryptionKey }: BufferTableProps,
  ) {
    super(scope, id);
    const { name, partitionKey, sortKey, ttlAttribute, dueIndex, jobIndex } = topology;
    this.table = new Table(this, 'Table', {
      tableName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: ttlAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
        : { encryption: TableEncryption.DEFAULT }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    this.indexNames = [dueIndex.name, jobIndex.name];
    this.dueIndexArn = this.#addIndex(dueIndex, AttributeType.NUMBER);
    this.jobIndexArn = this.#addIndex(jobIndex, AttributeType.STRING);
  }

  #addIndex({ name, partitionKey, sortKey }: IndexTopology, type: AttributeType): string {
    this.table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type },
      sortKey: { name: sortKey, type },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return `${this.table.tableArn}/index/${name}`;
  }
}
