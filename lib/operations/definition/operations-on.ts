import type { BatchOperations } from '../../batch-operations.ts';
import { findDefinition } from '../../definition/find-definition.ts';
import type { Context } from './operation.ts';

/** Returns a batch's operations by its name. They are loaded with the first call. @throws UnknownBatchError */
export const operationsOn = async (
  { deployment, definitions }: Context,
  batch: string,
): Promise<BatchOperations> => deployment.operations(findDefinition(definitions, batch));
