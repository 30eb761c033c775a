import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Deployment } from '#lib/deployment/deployment';
import { eachRecord } from './each-record.ts';
import { parseTimerMessage } from './messages.ts';

/** Seals windows at their deadlines, for the messages of the timer queue, one window a message. */
export const timer =
  (deployment: Deployment) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    await deployment.knowTime();
    const { services } = deployment;
    return eachRecord(services, event, async ({ body }) => {
      await fireTimer(services, parseTimerMessage(body));
      return 'done';
    });
  };
