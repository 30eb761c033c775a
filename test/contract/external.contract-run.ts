import { dynamoContract } from './dynamo-contract.ts';

/** The contract on the engine that `run.ts` has started. */
dynamoContract(process.env['CISTERN_CONTRACT_ENGINE'] ?? 'external', async () => ({
  url: process.env['CISTERN_CONTRACT_ENDPOINT'] ?? '',
  stop: async () => {},
}));
