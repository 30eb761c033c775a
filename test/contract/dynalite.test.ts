import { startEngines } from '../support/engines/start-engines.ts';
import { dynamoContract } from './dynamo-contract.ts';

dynamoContract('dynalite', async () => {
  const engines = await startEngines();
  return { url: engines.dynamodb, stop: () => engines.stop() };
});
