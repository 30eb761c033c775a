import { type ClientOptions, type Clients, createDynamoDB } from './clients.ts';
import { createSqs } from './sqs-queues.ts';

/** Both clients at once. */
export const createClients = (options: ClientOptions = {}): Clients => ({
  dynamodb: createDynamoDB(options),
  sqs: createSqs(options),
});
