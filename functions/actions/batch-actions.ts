import pLimit from 'p-limit';
import type { DrainReport } from '#lib/control/drain';
import type { FlushedJob } from '#lib/control/flush';
import { type GroupPage, listGroups } from '#lib/control/groups';
import type { ControlState, Resumed } from '#lib/control/pause';
import type { BatchStatus } from '#lib/control/status';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { RequestError } from '#lib/errors';
import { type BatchOperations, operationsOf } from '#lib/operations';
import type { Context } from '../context.ts';
import { findDefinition } from '../find-definition.ts';
import { type BufferFilter, type FlushInput, type GroupFilter, PAGE } from '../schemas/inputs.ts';

/*
 * What operators ask of a batch by its name: the same over HTTP and by direct invocation. All of them throw
 * UnknownBatchError.
 */

/** Batches whose status is worked out at the same time. */
const PARALLEL_STATUSES = 4;

/** A batch's operations, by its name. @throws UnknownBatchError */
export const operationsOn = ({ deployment, definitions }: Context, batch: string): BatchOperations =>
  operationsOf(deployment, findDefinition(definitions, batch));

/** @throws BusyError `batch.paused`; RequestError for a group of a batch that has none */
export async function flushBatch(
  context: Context,
  batch: string,
  { group, force }: FlushInput,
): Promise<{ readonly jobs: readonly FlushedJob[] }> {
  const definition = findDefinition(context.definitions, batch);
  if (group !== undefined) checkGroup(definition, group);
  const jobs = await operationsOf(context.deployment, definition).flush(group, { force: force ?? false });
  return { jobs };
}

export const pauseBatch = (
  context: Context,
  batch: string,
  { ingestion = false }: { readonly ingestion?: boolean | undefined },
): Promise<ControlState> => operationsOn(context, batch).pause({ ingestion });

export const resumeBatch = (context: Context, batch: string): Promise<Resumed> =>
  operationsOn(context, batch).resume();

/** Begins a drain, or says how the one stands that is under way. */
export const drainBatch = (
  context: Context,
  batch: string,
  { timeoutMs }: { readonly timeoutMs?: number | undefined },
): Promise<DrainReport> =>
  operationsOn(context, batch).startDrain(timeoutMs === undefined ? {} : { timeoutMs });

/** @throws CisternError `batch.not_draining` */
export const reportDrain = (context: Context, batch: string): Promise<DrainReport> =>
  operationsOn(context, batch).reportDrain();

export const batchStatus = (context: Context, batch: string): Promise<BatchStatus> =>
  operationsOn(context, batch).status();

/** The status of all batches, in the order of their definitions. */
export async function allStatuses(context: Context): Promise<{ readonly batches: readonly BatchStatus[] }> {
  const limit = pLimit(PARALLEL_STATUSES);
  const batches = await Promise.all(
    context.definitions.map(({ name }) => limit(() => batchStatus(context, name))),
  );
  return { batches };
}

export const batchGroups = (
  { deployment, definitions }: Context,
  batch: string,
  { limit = PAGE.default, cursor }: GroupFilter,
): Promise<GroupPage> =>
  listGroups(deployment.services, findDefinition(definitions, batch), { limit, cursor });

/** What one buffer holds. @throws RequestError when it is not named whole */
export async function bufferOf(
  context: Context,
  batch: string,
  { group }: BufferFilter,
): Promise<{ readonly buffered: number }> {
  const definition = findDefinition(context.definitions, batch);
  checkGroup(definition, group);
  return { buffered: await operationsOf(context.deployment, definition).getBufferSize(group) };
}

export const redriveBatch = async (
  context: Context,
  batch: string,
): Promise<{ readonly redriven: number }> => ({ redriven: await operationsOn(context, batch).redriveAll() });

/** A group has to be named where there are groups, and nowhere else. */
function checkGroup({ name, groupBy }: Definition, group: string | undefined): void {
  if ((groupBy === undefined) === (group === undefined)) return;
  throw new RequestError(
    ERROR_CODES.requestMalformed,
    group === undefined
      ? `Batch ${name} has groups; say which: ?group=…`
      : `Batch ${name} has no groups; leave group out.`,
    { details: { field: 'group' } },
  );
}
