import { MemoryTable } from '../../local/table/memory-table.ts';
import { startEngines } from '../support/engines/start-engines.ts';
import { dynamoContract } from './dynamo-contract.ts';
import { tableContract } from './table-contract.ts';

const memory = new MemoryTable();
tableContract('memory', () => memory);

dynamoContract('dynalite', async () => {
  const engines = await startEngines();
  return { url: engines.dynamodb, stop: () => engines.stop() };
});
