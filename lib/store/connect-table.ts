import { type ClientOptions, type Clients, createDynamoDB } from './clients.ts';
import { DynamoTable } from './dynamo-table.ts';
import type { StoreTime } from './store-time.ts';
import type { Table } from './table-port.ts';

/** A table in DynamoDB, and the client that reaches it. */
export interface TableConnection {
  readonly client: Clients['dynamodb'];
  readonly table: Table;
}

/**
 * Connects to a table in DynamoDB. This module and the AWS SDK with it are loaded late: a process that has a store of its
 * own, such as the local stack's, never loads them.
 *
 * @param storeTime a clock to be set by the dates of the table's answers
 * @param client how the table is reached. Default: a client as the settings say
 */
export function connectTable(
  name: string,
  settings: ClientOptions,
  storeTime: StoreTime | undefined,
  client: Clients['dynamodb'] = createDynamoDB(settings),
): TableConnection {
  storeTime?.follow(client);
  return { client, table: new DynamoTable(client, name) };
}
