import { parentPort, workerData } from 'node:worker_threads';
import { startDynamodb } from './dynamodb-server.ts';
import { startSqs } from './sqs-server.ts';

/** What the engines' thread is started with. */
export interface EnginesData {
  readonly dataDir: string | undefined;
}

/** What it posts once both engines listen. */
export interface EnginesReady {
  readonly dynamodb: string;
  readonly sqs: string;
}

const { dataDir } = workerData as EnginesData;
const [dynamodb, sqs] = await Promise.all([startDynamodb(dataDir), startSqs()]);

// the one message there is: stop
parentPort?.once('message', async () => {
  await Promise.all([dynamodb.close(), sqs.close()]);
  // with its last listener gone nothing keeps the thread alive
  parentPort?.close();
});
parentPort?.postMessage({ dynamodb: dynamodb.url, sqs: sqs.url } satisfies EnginesReady);
