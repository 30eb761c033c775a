import {
  type DynaliteTable,
  dynalite,
  type IndexOperation,
  type KeyPart,
  type SecondaryIndex,
  type UpdateStep,
  type WireItem,
} from './dynalite.ts';
import { cacheParsing } from './parse-cache.ts';
import { valueStream } from './value-stream.ts';

let patched = false;

/**
 * Repairs dynalite where it departs from DynamoDB in what Cistern relies on. Its modules call one another through
 * their exports, so replacing an export is enough; once a process, before a server is made.
 */
export function patchDynalite(): void {
  if (patched) return;
  patched = true;
  returnItemOnFailedCondition();
  readOldItemInUpdates();
  dynalite.validations.validateExpressions = cacheParsing(dynalite.validations.validateExpressions);
  keepIndexEntriesApart();
  repairStores();
}

/**
 * `ReturnValuesOnConditionCheckFailure` is unknown to dynalite, which drops parameters it has no type for. A write
 * that meets a record at its key must see it: that is how a writer tells its own chunk from a tombstone.
 */
function returnItemOnFailedCondition(): void {
  for (const name of ['putItem', 'updateItem', 'deleteItem'] as const) {
    dynalite.operation(name).types['ReturnValuesOnConditionCheckFailure'] = {
      type: 'String',
      enum: ['ALL_OLD', 'NONE'],
    };
  }
  const { checkConditional } = dynalite.db;
  dynalite.db.checkConditional = (request, existing) => {
    const failure = checkConditional(request, existing);
    if (failure && existing && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
      failure.body['Item'] = existing;
    }
    return failure;
  };
}

/**
 * The right sides of an update see the item as it was, and so do the indexes of a REMOVE. dynalite adds in place,
 * which also changes what a SET of the same update has just copied, and removes one list element after another,
 * each removal shifting the next. Rewriting ADD of a number as a SET, and removing last and from the back, keeps
 * every step on the old item.
 */
function readOldItemInUpdates(): void {
  const { validateExpressions } = dynalite.validations;
  dynalite.validations.validateExpressions = request => {
    const invalid = validateExpressions(request);
    const steps = request._updates?.sections;
    if (invalid === undefined && steps !== undefined) {
      for (const step of steps) addAsSet(step);
      steps.sort((a, b) => removalOrder(a) - removalOrder(b));
    }
    return invalid;
  };
}

function addAsSet(step: UpdateStep): void {
  if (step.type !== 'add' || step.attrType !== 'N') return;
  const old = { type: 'function', name: 'if_not_exists', args: [step.path, { N: '0' }] };
  step.val = { type: 'add', args: [old, step.val] };
  step.type = 'set';
}

/** Everything else, then attributes, then list elements from the last to the first. */
function removalOrder({ type, path }: UpdateStep): number {
  if (type !== 'remove') return -1;
  const last = path.at(-1);
  return typeof last === 'number' ? 1 / (last + 1) : 0;
}

/**
 * dynalite tells index entries with equal index keys apart by 24 bits of a hash of the primary key: among a few
 * thousand heads due at the same millisecond, one would overwrite another and be lost to the ticker. The whole
 * primary key does it. And each index is written as one batch, which is faster and never half done.
 */
function keepIndexEntriesApart(): void {
  const { db } = dynalite;
  db.createIndexKey = (item, table, keySchema) =>
    db.createKey(item, table, keySchema) + db.createKey(item, table);
  db.updateIndexes = (store, table, before, after, done) => {
    const writes = indexesOf(table)
      .map(({ kind, index }) => ({
        operations: indexOperations(table, index, before, after),
        entries: store.getIndexDb(kind, table.TableName, index.IndexName),
      }))
      .filter(({ operations }) => operations.length > 0);
    let left = writes.length;
    if (left === 0) return done();
    for (const { operations, entries } of writes) {
      entries.batch(operations, error => {
        if (error && left > 0) {
          left = 0;
          done(error);
        } else if (--left === 0) done();
      });
    }
  };
}

/**
 * Queries' streams close what they opened; and a store is opened at once, where dynalite leaves it to the first
 * request, which would crash on a directory that cannot be used.
 */
function repairStores(): void {
  const { create } = dynalite.db;
  dynalite.db.create = options => {
    const store = create(options);
    store.db.createValueStream = range => valueStream(store.db.values(range));
    options.opened = store.db.open();
    return store;
  };
}

const indexesOf = (table: DynaliteTable) => [
  ...(table.LocalSecondaryIndexes ?? []).map(index => ({ kind: 'Local' as const, index })),
  ...(table.GlobalSecondaryIndexes ?? []).map(index => ({ kind: 'Global' as const, index })),
];

function indexOperations(
  table: DynaliteTable,
  index: SecondaryIndex,
  before: WireItem | undefined,
  after: WireItem | null,
): IndexOperation[] {
  const old = before && entryKey(table, index, before);
  const key = after ? entryKey(table, index, after) : undefined;
  const operations: IndexOperation[] = [];
  if (old !== undefined && old !== key) operations.push({ type: 'del', key: old });
  if (after && key !== undefined) operations.push({ type: 'put', key, value: project(table, index, after) });
  return operations;
}

/** The key of an item's entry; undefined when the item lacks an index key, for the index is sparse. */
function entryKey(table: DynaliteTable, { KeySchema }: SecondaryIndex, item: WireItem): string | undefined {
  return KeySchema.every(key => item[key.AttributeName] !== undefined)
    ? dynalite.db.createIndexKey(item, table, KeySchema)
    : undefined;
}

function project(table: DynaliteTable, { KeySchema, Projection }: SecondaryIndex, item: WireItem): WireItem {
  if (Projection.ProjectionType === 'ALL') return item;
  const name = (key: KeyPart) => key.AttributeName;
  const kept = new Set([
    ...KeySchema.map(name),
    ...table.KeySchema.map(name),
    ...(Projection.NonKeyAttributes ?? []),
  ]);
  return Object.fromEntries(Object.entries(item).filter(([attribute]) => kept.has(attribute)));
}
