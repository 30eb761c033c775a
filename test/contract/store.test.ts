import { startEngines } from '../../local/engines/start-engines.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { dynamoContract } from './dynamo-contract.ts';
import { storeContract } from './store-contract.ts';

const memory = new MemoryStore();
storeContract('memory', () => memory);

dynamoContract('dynalite', async () => {
  const engines = await startEngines();
  return { url: engines.dynamodb, stop: () => engines.stop() };
});
