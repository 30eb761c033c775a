import type { ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import type { EngineServer } from './engine-server.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;
type SqsStore = Stores['sqsStore'];

/** Starts fauxqs on a free port; its queues live in memory only. */
export async function startSqs(): Promise<EngineServer> {
  const sqsStore = await createStore();
  // it makes the stores that it is not given itself, whatever its types say
  const app = buildApp({ logger: false, stores: { sqsStore } as Stores });
  app.addHook('onSend', async (request, _reply, payload) => {
    if (request.raw.socket.destroyed && request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') {
      const { QueueUrl } = request.body as { QueueUrl: string };
      takeBack(sqsStore, QueueUrl, JSON.parse(String(payload)) as ReceiveMessageResult);
    }
    return payload;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

/** A store whose queue URLs name the host that was asked, 127.0.0.1: its own `sqs.<region>.localhost` may not resolve. */
async function createStore(): Promise<SqsStore> {
  // not among fauxqs's exports, and the only way to its queues
  const file = new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs'));
  const { SqsStore } = (await import(file.href)) as { SqsStore: new () => SqsStore };
  const store = new SqsStore();
  store.host = '';
  return store;
}

/**
 * Returns what was received for a client that has hung up. fauxqs waits on for a poll that was aborted and hands it
 * the next message, which would then be hidden for its whole visibility timeout and be short of an attempt.
 */
function takeBack(store: SqsStore, queueUrl: string, { Messages = [] }: ReceiveMessageResult): void {
  const queue = store.getQueue(queueUrl);
  for (const { ReceiptHandle = '' } of Messages) {
    const received = queue?.inflightMessages.get(ReceiptHandle);
    if (received === undefined) continue;
    received.message.approximateReceiveCount--;
    queue?.changeVisibility(ReceiptHandle, 0);
  }
}
