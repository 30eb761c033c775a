import { afterAll, beforeAll } from '@jest/globals';
import { type Clients, createClients } from '#lib/store/clients';
import { dynamoStore } from '#lib/store/dynamo-store';
import type { Store } from '#lib/store/ports';
import { topology } from '#lib/topology';
import { createTable } from '../../local/engines/provision.ts';
import { storeContract } from './store-contract.ts';

/** Runs the contract on a DynamoDB endpoint, in a table of its own. */
export function dynamoContract(
  name: string,
  start: () => Promise<{ url: string; stop: () => Promise<void> }>,
) {
  const { table } = topology('contract', []);
  let clients: Clients;
  let store: Store;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engine = await start();
    stop = engine.stop;
    clients = createClients({ endpoints: { dynamodb: engine.url, sqs: engine.url } });
    await createTable(table, clients);
    store = dynamoStore(clients.dynamodb, table.name, Date.now);
  });
  afterAll(async () => {
    clients.dynamodb.destroy();
    await stop();
  });
  storeContract(name, () => store);
}
