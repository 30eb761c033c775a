import type { BatchOperations } from '../../batch-operations.ts';
import type { BatchStatus } from '../../control/status.ts';
import { findDefinition } from '../../definition/find-definition.ts';
import type { Context } from './operation.ts';

/** Returns a batch's operations by its name. They are loaded with the first call. @throws UnknownBatchError */
export const operationsOn = async (
  { deployment, definitions }: Context,
  batch: string,
): Promise<BatchOperations> => deployment.operations(findDefinition(definitions, batch));

/** Returns how a batch stands. Where this process counts what happens, its counts are told. @throws UnknownBatchError */
export async function statusOf(context: Context, batch: string): Promise<BatchStatus> {
  const status = await (await operationsOn(context, batch)).status();
  return context.history ? { ...status, throughput: context.history.throughput(batch) } : status;
}
