import type { BatchOperations } from '../../batch-operations.ts';
import { findDefinition } from '../../definition/find-definition.ts';
import type { Context } from './operation.ts';

/** A batch's operations, by its name; loaded with the first who asks. @throws UnknownBatchError */
export const operationsOn = async (
  { deployment, definitions }: Context,
  batch: string,
): Promise<BatchOperations> => deployment.operations(findDefinition(definitions, batch));
