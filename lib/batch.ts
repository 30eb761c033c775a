import type { BatchOperations } from './batch-operations.ts';
import type { Receipt } from './buffer/items.ts';
import { define } from './definition/define.ts';
import type { JsonValue, StorableItems, Stored } from './definition/json.ts';
import type { BatchOptions, Definition } from './definition/options.ts';
import { currentDeployment } from './deployment/current.ts';

/**
 * A batch definition, with the operations of its batch.
 *
 * @typeParam T, R, I as of `BatchOptions`
 */
export interface Batch<T, R = unknown, I = T>
  extends Definition<T, R, I>,
    BatchOperations<Stored<T>, Stored<R>> {
  /**
   * Adds an item. It resolves when the item is stored, or with `persist: false` when it is in memory.
   *
   * @param item any JSON value of at most 400,000 bytes
   * @returns a receipt: the job that the item is part of, its slot there, and whether it was a duplicate
   * @throws ItemError when the item is refused (`batch.item_*`, `batch.*_key_invalid`)
   * @throws AddIncompleteError when it could not be stored (`batch.add_incomplete`)
   * @throws BusyError while the batch takes nothing (`batch.ingestion_paused`, `batch.too_many_pending`)
   * @throws SettingsError when the process does not know its deployment
   * @example const { job, slot } = await orders.add({ id: 1, total: 99 });
   */
  add(item: I): Promise<Receipt>;
  /**
   * Adds many items. All of them are checked before any is stored. It costs much less than single adds.
   *
   * @param items in the order in which they come out, within their groups
   * @returns a receipt per item, in their order
   * @throws as `add`; `ItemError` names the item, `AddIncompleteError` says which are stored and which are not
   * @example const receipts = await orders.addBulk([{ id: 1 }, { id: 2 }]);
   */
  addBulk(items: readonly I[]): Promise<Receipt[]>;
}

/**
 * Defines a batch. Its items gather until there are `maxSize`, or until the first has waited for `maxWaitMs`. Then the
 * handler gets them together. Making a definition has no side effects.
 *
 * @throws DefinitionError `definition.invalid`, naming the option, the value and what is allowed
 * @example
 * export const clicks = batch<Click>({
 *   name: 'clicks',
 *   maxSize: 500,
 *   maxWaitMs: 5_000,
 *   groupBy: click => click.site,
 *   handler: async ({ batch, groupKey }) => warehouse.insert(groupKey, batch),
 * });
 */
export function batch<T = JsonValue, R = unknown, I = T>(
  options: BatchOptions<T, R, I> & StorableItems<NoInfer<T>>,
): Batch<T, R, I> {
  const definition = define(options);
  const add = (items: readonly unknown[]) => currentDeployment().add(definition as Definition, items);
  return Object.freeze({
    ...definition,
    ...lateOperations<Stored<T>, Stored<R>>(definition as Definition),
    async add(item: I): Promise<Receipt> {
      const [receipt] = await add([item]);
      if (receipt === undefined) throw new TypeError('An add always answers with a receipt.');
      return receipt;
    },
    addBulk: (items: readonly I[]) => add(items),
  });
}

/** The names of all operations; the compiler rejects a missing one. The operations are loaded with the first call. */
const OPERATIONS: Readonly<Record<keyof BatchOperations, true>> = {
  flush: true,
  pause: true,
  resume: true,
  drain: true,
  startDrain: true,
  reportDrain: true,
  getBufferSize: true,
  peek: true,
  status: true,
  getJob: true,
  getJobs: true,
  getJobItems: true,
  redrive: true,
  redriveAll: true,
  redriveJobs: true,
  purge: true,
  purgeJobs: true,
  waitFor: true,
};

/** Makes a definition's operations. Each runs in the deployment that is the process's current one at the call. */
function lateOperations<T, R>(definition: Definition): BatchOperations<T, R> {
  const late =
    (name: keyof BatchOperations) =>
    async (...given: readonly unknown[]): Promise<unknown> => {
      // invariant 14: copy the arguments now, since the caller may change them while the operations are loaded
      const taken = given.map(asGiven);
      const operations = await currentDeployment().operations<T, R>(definition);
      return (operations[name] as (...taken: readonly unknown[]) => Promise<unknown>)(...taken);
    };
  const names = Object.keys(OPERATIONS) as (keyof BatchOperations)[];
  return Object.fromEntries(names.map(name => [name, late(name)])) as unknown as BatchOperations<T, R>;
}

/** Copies an argument. Options are one level deep. */
const asGiven = (argument: unknown): unknown =>
  typeof argument === 'object' && argument !== null ? { ...argument } : argument;
