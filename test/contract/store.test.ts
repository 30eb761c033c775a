import { startEngines } from '../../local/engines/start-engines.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { dynamoContract } from './dynamo-contract.ts';
import { storeContract } from './store-contract.ts';
import { NOW, type StoreUnderTest } from './store-under-test.ts';

const clock = { now: NOW };
const store = new MemoryStore(() => clock.now);
const memory: StoreUnderTest = {
  store,
  clock,
  windowExpiries: async job => store.windows.expiries(job),
  headExpiry: async buffer => store.heads.expiry(buffer),
};
storeContract('memory', () => memory);

dynamoContract('dynalite', async () => {
  const engines = await startEngines();
  return { url: engines.dynamodb, stop: () => engines.stop() };
});
