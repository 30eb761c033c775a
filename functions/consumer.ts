import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** What an invocation has of its process: Lambda kills it when its time is up, and the local stack says so before. */
export type InvocationContext = Pick<Context, 'getRemainingTimeInMillis'> & { readonly ending?: AbortSignal };

/** Runs the handler of one definition: a job per message, from its queue. */
export const consumer =
  ({ services }: Deployment, definition: Definition) =>
  (event: SQSEvent, context?: InvocationContext): Promise<SQSBatchResponse> =>
    eachRecord(services, event, record =>
      withJobMessage(
        services,
        () => definition,
        record,
        message =>
          runJob(services, definition, {
            message,
            receiptHandle: record.receiptHandle,
            ...(context && { remainingMs: () => context.getRemainingTimeInMillis() }),
            ...(context?.ending && { ending: context.ending }),
          }),
      ),
    );
