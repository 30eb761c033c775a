import type { BatchStatus } from '../../control/status.ts';
import { findDefinition } from '../../definition/find-definition.ts';
import { lateImport } from '../../late-import.ts';
import type { Context } from './operation.ts';

const lateStatus = lateImport(() => import('../../control/status.ts'));

/**
 * Returns the state of a batch, with this process's own counts where it keeps any.
 *
 * @param isOneOfAll whether it is part of a list of all batches. Less is read of it then. Default `false`
 * @throws UnknownBatchError
 */
export async function batchStatus(context: Context, batch: string, isOneOfAll = false): Promise<BatchStatus> {
  const definition = findDefinition(context.definitions, batch);
  const { status: read } = await lateStatus();
  const status = await read(context.deployment.services, definition, isOneOfAll);
  return context.history ? { ...status, throughput: context.history.throughput(batch) } : status;
}
