import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { jobQueueName, timerQueueName } from '../topology.ts';
import type { JobMessage, Queues, TimerMessage } from './ports.ts';

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
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.#jobs(batch), MessageBody: JSON.stringify(message) }),
    );
  }

  async sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#urlBase + timerQueueName(this.#deployment),
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }),
    );
  }

  async setVisibility(batch: string, receiptHandle: string, seconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#jobs(batch),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  }

  #jobs(batch: string): string {
    return this.#urlBase + jobQueueName(this.#deployment, batch);
  }
}
