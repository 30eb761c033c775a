import { afterAll, beforeAll } from '@jest/globals';
import { type Clients, createClients } from '#lib/store/clients';
import { dynamoStore } from '#lib/store/dynamo-store';
import { DynamoTable } from '#lib/store/dynamo-table';
import { headKey, jobKey } from '#lib/store/keys';
import { topology } from '#lib/topology';
import { createTable } from '../../local/engines/provision.ts';
import { schemaContract } from './schema-contract.ts';
import { storeContract } from './store-contract.ts';
import { NOW, type StoreUnderTest } from './store-under-test.ts';

/** Runs the contract on a DynamoDB endpoint, in a table of its own. */
export function dynamoContract(
  name: string,
  start: () => Promise<{ url: string; stop: () => Promise<void> }>,
) {
  const { table } = topology('contract', []);
  let clients: Clients;
  let underTest: StoreUnderTest;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const engine = await start();
    stop = engine.stop;
    clients = createClients({ endpoints: { dynamodb: engine.url, sqs: engine.url } });
    await createTable(table, clients);
    underTest = dynamoUnderTest(clients, table.name);
  });
  afterAll(async () => {
    clients.dynamodb.destroy();
    await stop();
  });
  storeContract(name, () => underTest);
  schemaContract(name, () => ({ client: clients.dynamodb, table: table.name }));
}

function dynamoUnderTest({ dynamodb }: Clients, name: string): StoreUnderTest {
  const clock = { now: NOW };
  const records = new DynamoTable(dynamodb, name);
  const toMs = (seconds: unknown): number => Number(seconds) * 1_000;
  return {
    store: dynamoStore(dynamodb, name, () => clock.now),
    clock,
    async windowExpiries(job) {
      const { pk, sk } = jobKey(job);
      const found = await records.partition(pk, ['sk', 'expires']);
      return found.filter(record => record['sk'] !== sk).map(({ expires }) => toMs(expires));
    },
    async headExpiry(buffer) {
      const { expires } = (await records.get(headKey(buffer))) ?? {};
      return expires === undefined ? undefined : toMs(expires);
    },
  };
}
