import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { IndexTopology, TableTopology } from '#lib/topology';

export interface BufferTableProps {
  readonly topology: TableTopology;
  /** What happens to the table when its stack is deleted. Default: it stays, and is protected against deletion. */
  readonly removalPolicy?: RemovalPolicy;
  /** The table's key. Default: a key of DynamoDB's own, which costs nothing. */
  readonly encryptionKey?: IKey;
}

/**
 * The one table: buffers, windows, jobs and the ticker's lease.
 *
 * Only this table holds acknowledged items, so by default it outlives its stack. `cdk destroy` leaves it, and its
 * protection has to be switched off before it can be deleted.
 */
export class BufferTable extends Construct {
  readonly table: Table;
  /** The ARN of the due index, for functions that find open buffers and due work. */
  readonly dueIndexArn: string;
  /** The ARN of the job index, for functions that list or count jobs. */
  readonly jobIndexArn: string;
  /** The names of both indexes, for their metrics. */
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
