import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createClients } from '#lib/store/create-clients';
import { DynamoTable } from '#lib/store/dynamo-table';
import type { PlainRecord } from '#lib/store/expressions';
import type { RecordKey } from '#lib/store/keys';
import type { Table } from '#lib/store/table-port';
import { topology } from '#lib/topology';
import { createTable } from '../../local/engine/provision.ts';
import { MemoryTable } from '../../local/table/memory-table.ts';

/** A record as DynamoDB writes it. */
export type WireRecord = Record<string, AttributeValue>;

/** A stage's table, with what only a test does to it. */
export interface StageTable {
  readonly table: Table;
  records(): Promise<readonly WireRecord[]>;
  put(record: WireRecord): Promise<unknown>;
  stop(): void;
}

export function inMemory(): StageTable {
  const table = new MemoryTable();
  return {
    table,
    records: async () => [...table.records()].map(record => marshall(record)),
    put: record => table.putNew(unmarshall(record) as RecordKey & PlainRecord),
    stop: () => {},
  };
}

/** @param name the deployment's */
export async function inDynamodb(url: string, name: string): Promise<StageTable> {
  const clients = createClients({ endpoints: { dynamodb: url, sqs: url } });
  const { table } = topology(name, []);
  await createTable(table, clients);
  return {
    table: new DynamoTable(clients.dynamodb, table.name),
    async records() {
      const found: WireRecord[] = [];
      let start: WireRecord | undefined;
      do {
        const page = await clients.dynamodb.send(
          new ScanCommand({ TableName: table.name, ConsistentRead: true, ExclusiveStartKey: start }),
        );
        found.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return found;
    },
    put: Item => clients.dynamodb.send(new PutItemCommand({ TableName: table.name, Item })),
    stop() {
      clients.dynamodb.destroy();
      clients.sqs.destroy();
    },
  };
}
