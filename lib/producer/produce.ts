import pLimit from 'p-limit';
import { addItems } from '../buffer/add.ts';
import type { Item, KeyedItem, Outcome, Outcomes, Receipt, Written } from '../buffer/items.ts';
import { lateDedup } from '../buffer/late-dedup.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';
import { spread } from '../hashing/spread.ts';
import type { LateMemory } from '../memory/late-memory.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { AddServices, Services } from '../store/services.ts';
import { kindOf } from '../text/kind-of.ts';
import { MOMENT_MS } from '../within.ts';
import { AddIncompleteError } from './add-incomplete-error.ts';
import { admit } from './admit.ts';
import type { Coalescer } from './coalescer.ts';
import { check, type PreparedItem, take } from './prepare.ts';

/** Buffers that one bulk is written to at the same time. */
const PARALLEL_BUFFERS = 16;

/** What producing works with. */
export interface Producing {
  readonly services: Pick<
    Services,
    'store' | 'newId' | 'admissionOf' | 'remember' | 'background' | 'measure' | 'tracing' | 'warn'
  >;
  readonly memory: LateMemory;
  readonly coalescer: Coalescer;
}

/** The items of one bulk that belong to the same buffer. */
interface Share {
  readonly buffer: BufferKey;
  readonly items: PreparedItem[];
}

/**
 * Adds items to a definition's batch, as they are when it is called. It checks all items before it stores any, and
 * returns a receipt for each.
 *
 * @throws ItemError for an item that cannot be taken; then nothing of the bulk is stored
 * @throws BusyError while the batch takes nothing: its ingestion is paused, or too many of its jobs are pending
 * @throws AddIncompleteError when some could not be stored; it says which
 */
export async function produce(
  producing: Producing,
  definition: Definition,
  given: readonly unknown[],
): Promise<Receipt[]> {
  const { services } = producing;
  if (!Array.isArray(given)) {
    throw new CisternError(
      ERROR_CODES.bulkInvalid,
      `addBulk takes an array of items; it was given ${kindOf(given)}.`,
    );
  }
  // Taken before anything is awaited: from here on the caller may change its items (invariant 14).
  const taken = take(definition, given);
  await admit(services, definition);
  const checked = 'prepared' in taken ? taken.prepared : await check(definition, taken);
  return services.tracing.adding(definition.name, checked.length, async trace => {
    const items = trace === undefined ? checked : checked.map(item => ({ ...item, trace }));
    if (!definition.persist) return keepInMemory(producing, definition, items);
    const { outcomes, owed } = await store(producing, definition, items);
    // Timers and seals are under way. The ticker does what is left undone (invariant 13).
    if (owed.length > 0) await services.background.atMost(MOMENT_MS, Promise.all(owed));
    return toReceipts(services, definition, items, outcomes);
  });
}

/** Stores items that have passed every check. */
async function store(
  { services, coalescer }: Pick<Producing, 'services' | 'coalescer'>,
  definition: Definition,
  items: readonly PreparedItem[],
): Promise<Written> {
  const shares = shareOut(services, definition, items);
  const limit = pLimit(PARALLEL_BUFFERS);
  const written = await Promise.all(
    shares.map(share => limit(() => coalescer.add(definition, share.buffer, share.items))),
  );
  // The coalescer may have written items of other calls together with these.
  const outcomes: Outcomes = new Map();
  for (const [at, { items: mine }] of shares.entries()) {
    for (const item of mine) {
      const outcome = written[at]?.outcomes.get(item);
      if (outcome) outcomes.set(item, outcome);
    }
  }
  return { outcomes, owed: written.flatMap(({ owed }) => owed) };
}

/** Sorts a bulk's items into their buffers, in their order. */
function shareOut(
  { newId }: Pick<Services, 'newId'>,
  definition: Definition,
  items: readonly PreparedItem[],
): Share[] {
  const random = definition.shards > 1 ? newId() : '';
  const shares = new Map<string, Share>();
  for (const item of items) {
    // Items with the same dedup key have to get the same shard. Others get the shard that this call has drawn.
    const shard = spread(item.key ?? random, definition.shards);
    const name = JSON.stringify([item.group ?? null, shard]);
    const share = shares.get(name) ?? {
      buffer: { batch: definition.name, group: item.group, shard },
      items: [],
    };
    share.items.push(item);
    shares.set(name, share);
  }
  return [...shares.values()];
}

async function keepInMemory(
  { services, memory }: Pick<Producing, 'services' | 'memory'>,
  definition: Definition,
  items: readonly PreparedItem[],
): Promise<Receipt[]> {
  memory.admit(definition.name);
  const receipts = await memory.add(definition, items);
  measureAdded(services, definition, receipts);
  return receipts;
}

/** Writes items to their buffer. Items with the same dedup key are written once. */
export async function writeItems(
  services: AddServices,
  definition: Definition,
  buffer: BufferKey,
  items: readonly PreparedItem[],
): Promise<Written> {
  // Calls that are written together may have different bounds. The last call's bounds apply.
  const options = { ...definition, ...items.at(-1)?.bounds };
  const keyed = items.filter((item): item is PreparedItem & KeyedItem => item.key !== undefined);
  if (keyed.length === 0 || definition.dedupKeep) return addItems(services, options, buffer, items);

  // Step 1 of dedup: of the items with the same key the first is written, and the others share its receipt.
  const firsts = new Map<string, KeyedItem>();
  for (const item of keyed) if (!firsts.has(item.key)) firsts.set(item.key, item);
  const { addUniqueItems } = await lateDedup();
  const written = await addUniqueItems(services, options, buffer, [...firsts.values()]);
  const { outcomes } = written;
  for (const item of keyed) {
    const first = firsts.get(item.key);
    const outcome = first && outcomes.get(first);
    if (outcome && item !== first) outcomes.set(item, asDuplicate(outcome));
  }
  return written;
}

const asDuplicate = (outcome: Outcome): Outcome =>
  outcome.state === 'stored'
    ? { state: 'stored', receipt: { ...outcome.receipt, duplicate: true } }
    : outcome;

function toReceipts(
  services: Pick<Services, 'measure'>,
  definition: Definition,
  items: readonly Item[],
  outcomes: Outcomes,
): Receipt[] {
  const stored: { index: number; receipt: Receipt }[] = [];
  const notStored: number[] = [];
  const unknown: number[] = [];
  let cause: unknown;
  for (const item of items) {
    const outcome = outcomes.get(item);
    if (outcome?.state === 'stored') stored.push({ index: item.index, receipt: outcome.receipt });
    else {
      cause ??= outcome?.cause;
      (outcome?.state === 'unknown' ? unknown : notStored).push(item.index);
    }
  }
  const receipts = stored.map(({ receipt }) => receipt);
  measureAdded(services, definition, receipts);
  if (stored.length === items.length) return receipts;
  throw new AddIncompleteError(definition.name, { stored, notStored, unknown }, cause);
}

function measureAdded(
  { measure }: Pick<Services, 'measure'>,
  { name, deduplicateBy, dedupKeep }: Definition,
  receipts: readonly Receipt[],
): void {
  if (receipts.length === 0) return;
  let duplicates = 0;
  for (const { duplicate } of receipts) if (duplicate) duplicates += 1;
  measure(name, {
    ItemsAdded: receipts.length - duplicates,
    // with `at: 'flush'` the consumer counts them
    ...(deduplicateBy && !dedupKeep && { ItemsDuplicate: duplicates }),
  });
}
