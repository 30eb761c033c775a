import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { deadQueueName, jobQueueName, timerQueueName } from '../topology.ts';
import { toBody } from './message-body.ts';
import type { JobMessage, Queues, TimerMessage } from './queue-ports.ts';

/** The deployment's queues in SQS. */
export class SqsQueues implements Queues {
  readonly #client: SQSClient;
  readonly #deployment: string;
  readonly #urlBase: string;

  /** @param urlBase a queue's URL without its name: `https://sqs.<region>.amazonaws.com/<account>/` */
  constructor(client: SQSClient, deployment: string, urlBase: string) {
    this.#client = client;
    this.#deployment = deployment;
    this.#urlBase = urlBase;
  }

  async sendJob(batch: string, message: JobMessage): Promise<void> {
    await this.#send(jobQueueName(this.#deployment, batch), message);
  }

  async sendDead(batch: string, message: JobMessage): Promise<void> {
    await this.#send(deadQueueName(this.#deployment, batch), message);
  }

  async sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    await this.#send(timerQueueName(this.#deployment), message, delaySeconds);
  }

  async setVisibility(
    queue: 'jobs' | 'dead',
    batch: string,
    receiptHandle: string,
    seconds: number,
  ): Promise<void> {
    const name = queue === 'jobs' ? jobQueueName : deadQueueName;
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#urlBase + name(this.#deployment, batch),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }

  async #send(queue: string, message: JobMessage | TimerMessage, delaySeconds?: number): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#urlBase + queue,
        MessageBody: toBody(message),
        ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
      }),
    );
  }
}
