import { readWindow } from '../buffer/read.ts';
import type { Definition } from '../definition/options.ts';
import { unpackItems } from '../memory/inline.ts';
import type { JobMessage } from '../store/ports.ts';
import type { Job, PreparedRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { hasBit } from './bits.ts';
import { dropSeenKeys } from './drop-seen-keys.ts';
import { reach } from './unavailable.ts';

/** A job's item with its number, by which its record speaks of it: the same in each attempt. */
export interface NumberedItem {
  readonly number: number;
  readonly item: unknown;
}

/**
 * All items of a job's window, as they were added. Reading closes the window's gaps for ever.
 * @throws UnavailableError; what `deduplicateBy` throws
 */
export async function windowItems(
  services: Services,
  definition: Pick<Definition, 'deduplicateBy'>,
  job: Job,
  message?: JobMessage,
): Promise<NumberedItem[]> {
  const items =
    message && 'inline' in message ? await unpackItems(message.items) : await readBuffered(services, job);
  const numbered = items.map((item, number) => ({ number, item }));
  return dropSeenKeys(numbered, ({ item }) => item, definition.deduplicateBy);
}

async function readBuffered(services: Services, { id, count }: Job): Promise<readonly unknown[]> {
  const { items, fenced } = await reach(services, () => readWindow(services, id, count));
  if (fenced > 0) services.warn(`${fenced} slots of job ${id} were fenced`, undefined);
  return items;
}

/**
 * The items that a job's handler gets in all: its window's, or what beforeFlush made of them.
 *
 * @param window the window's items, where they have been read already
 */
export async function handlerItems(
  services: Services,
  definition: Pick<Definition, 'deduplicateBy'>,
  job: Job,
  window?: readonly NumberedItem[],
): Promise<readonly NumberedItem[]> {
  const { prepared } = job;
  if (prepared !== undefined && isStored(prepared)) {
    const { under, count } = prepared;
    const { items } = await reach(services, () => readWindow(services, under, count));
    return items.map((item, number) => ({ number, item }));
  }
  const items = window ?? (await windowItems(services, definition, job));
  const kept = prepared?.kept;
  return kept ? items.filter(({ number }) => hasBit(kept, number)) : items;
}

const isStored = (prepared: PreparedRecord): prepared is PreparedRecord & { readonly under: string } =>
  prepared.under !== undefined;

/** Those of a job's items that are not settled. */
export const unsettled = ({ left }: Job, items: readonly NumberedItem[]): readonly NumberedItem[] =>
  left ? items.filter(({ number }) => hasBit(left, number)) : items;
