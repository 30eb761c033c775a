import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { leaveForeign } from '#lib/jobs/leave-foreign';
import { runJob } from '#lib/jobs/run';
import { eachRecord } from './each-record.ts';
import { withJobMessage } from './with-job-message.ts';

/** The time of an invocation. Lambda kills the process when it is over. The local stack aborts a signal before. */
export type InvocationContext = Pick<Context, 'getRemainingTimeInMillis'> & { readonly ending?: AbortSignal };

/**
 * Runs handlers for the messages of a job queue, one job a message.
 *
 * @param own the definition that the consumer runs
 * @param others the other definitions of its pool. A job of any other batch is not run
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
