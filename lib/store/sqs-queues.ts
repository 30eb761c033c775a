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
      new SendMessageCommand({ QueueUrl: this.#jobs(batch), MessageBody: toBody(message) }),
    );
  }

  async sendTimer(message: TimerMessage, delaySeconds: number): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#urlBase + timerQueueName(this.#deployment),
        MessageBody: toBody(message),
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

/**
 * A message's body. SQS takes the characters of XML 1.0, which JSON keeps to but for two that it does not escape:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const toBody = (message: JobMessage | TimerMessage): string =>
  JSON.stringify(message).replaceAll(
    /[\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16)}`,
  );
