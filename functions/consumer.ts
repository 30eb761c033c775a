import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { leaveForeign } from '#lib/jobs/leave-foreign';
import { runJob } from '#lib/jobs/run';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** What an invocation has of its process: Lambda kills it when its time is up, and the local stack says so before. */
export type InvocationContext = Pick<Context, 'getRemainingTimeInMillis'> & { readonly ending?: AbortSignal };

/**
 * Runs handlers: a job per message, from their queue.
 *
 * @param own the definition whose consumer it is
 * @param others the others of its pool. A message that names none of them is left alone
 */
export const consumer =
  ({ services }: Deployment, own: Definition, ...others: readonly Definition[]) =>
  (event: SQSEvent, context?: InvocationContext): Promise<SQSBatchResponse> =>
    eachRecord(services, event, record =>
      withJobMessage(
        services,
        () => own,
        record,
        async message => {
          const definition =
            others.length === 0 ? own : [own, ...others].find(({ name }) => name === message.batch);
          if (definition === undefined) {
            const job = await services.store.jobs.readJob(message.job);
            await leaveForeign(services, own.name, message, job);
            return 'done';
          }
          return runJob(services, definition, {
            message,
            receiptHandle: record.receiptHandle,
            ...(context && { remainingMs: () => context.getRemainingTimeInMillis() }),
            ...(context?.ending && { ending: context.ending }),
          });
        },
      ),
    );
