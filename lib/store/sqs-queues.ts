import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { deadQueueName, jobQueueName, nameToken, timerQueueName } from '../resource-names.ts';
import { bounded, type ClientOptions, clientConfig } from './clients.ts';
import { addressed, toMessageBody } from './message-body.ts';
import { messageGroup } from './message-group.ts';
import type { JobMessage, Queues, TimerMessage } from './queue-ports.ts';

/** A client of SQS for AWS, or for an emulator where `endpoints` or `AWS_ENDPOINT_URL` name one. */
export const createSqs = (options: ClientOptions = {}): SQSClient =>
  bounded(
    new SQSClient({
      ...clientConfig(options),
      ...(options.endpoints && { endpoint: options.endpoints.sqs }),
    }),
  );

/** The deployment's queues in SQS. */
export class SqsQueues implements Queues {
  readonly #client: SQSClient;
  readonly #deployment: string;
  readonly #urlBase: string;
  readonly #poolOf: (batch: string) => string | undefined;

  /**
   * @param urlBase a queue's URL without its name: `https://sqs.<region>.amazonaws.com/<account>/`
   * @param poolOf the pool that a batch is in; undefined where its queue is its own
   */
  constructor(
    client: SQSClient,
    deployment: string,
    urlBase: string,
    poolOf: (batch: string) => string | undefined,
  ) {
    this.#client = client;
    this.#deployment = deployment;
    this.#urlBase = urlBase;
    this.#poolOf = poolOf;
  }

  async sendJob(batch: string, message: JobMessage, group: string | undefined): Promise<void> {
    const pool = this.#poolOf(batch);
    const MessageGroupId = messageGroup(batch, pool, group);
    await this.#send(this.#jobQueue(batch), addressed(message, batch, pool), { MessageGroupId });
  }

  async sendDead(batch: string, message: JobMessage): Promise<void> {
    await this.#send(deadQueueName(this.#deployment), message, { MessageGroupId: nameToken(batch) });
  }

  async sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    await this.#send(timerQueueName(this.#deployment), message, { DelaySeconds: delaySeconds });
  }

  async setVisibility(
    queue: 'jobs' | 'dead',
    batch: string,
    receiptHandle: string,
    seconds: number,
  ): Promise<void> {
    const name = queue === 'jobs' ? this.#jobQueue(batch) : deadQueueName(this.#deployment);
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#urlBase + name,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }

  #jobQueue(batch: string): string {
    return jobQueueName(this.#deployment, { name: batch, pool: this.#poolOf(batch) });
  }

  async #send(
    queue: string,
    message: JobMessage | TimerMessage,
    more: Pick<SendMessageCommandInput, 'DelaySeconds' | 'MessageGroupId'>,
  ): Promise<void> {
    const QueueUrl = this.#urlBase + queue;
    await this.#client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: toMessageBody(message), ...more }),
    );
  }
}
