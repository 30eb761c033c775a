import type { BatchOperations } from '../../batch-operations.ts';
import type { BatchStatus } from '../../control/status.ts';
import { findDefinition } from '../../definition/find-definition.ts';
import { lateImport } from '../../late-import.ts';
import type { Context } from './operation.ts';

/** Returns a batch's operations by its name. They are loaded with the first call. @throws UnknownBatchError */
export const operationsOn = async (
  { deployment, definitions }: Context,
  batch: string,
): Promise<BatchOperations> => deployment.operations(findDefinition(definitions, batch));

const lateStatus = lateImport(() => import('../../control/status.ts'));

/**
 * Returns how a batch stands. Where this process counts what happens, its counts are told.
 *
 * @param isOneOfAll whether it is part of a list of all batches: then less is read of it. Default false
 * @throws UnknownBatchError
 */
export async function statusOf(context: Context, batch: string, isOneOfAll = false): Promise<BatchStatus> {
  const definition = findDefinition(context.definitions, batch);
  const { status: read } = await lateStatus();
  const status = await read(context.deployment.services, definition, isOneOfAll);
  return context.history ? { ...status, throughput: context.history.throughput(batch) } : status;
}
