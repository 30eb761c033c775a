import { type ClosedWindow, readWindow } from '../buffer/read.ts';
import type { Job, PreparedRecord } from '../store/job.ts';
import type { InlineMessage, JobMessage } from '../store/queue-ports.ts';
import type { ItemServices } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { hasBit } from './bits.ts';
import { inlineItems } from './inline-items.ts';
import { reach } from './unavailable.ts';

/** A job's item with its number. The job's record names items by number, the same in each attempt. */
export interface NumberedItem {
  readonly number: number;
  readonly item: unknown;
}

/** A job's window, as it was added. */
export interface WindowItems {
  readonly items: readonly NumberedItem[];
  /** Items that were dropped, since another one with their dedup key is in the batch. */
  readonly dropped: number;
  /** Of all items as JSON. */
  readonly bytes: number;
  /** Traces in which they were added, as far as the chunks have them. */
  readonly traces: readonly string[];
}

/**
 * Reads all items of a job's window, as they were added. It fences the window's gaps for ever.
 * @throws UnavailableError, UnreadableItemsError
 */
export async function windowItems(
  services: ItemServices,
  job: Job,
  message?: JobMessage,
): Promise<WindowItems> {
  const { items, ...window } =
    message && 'inline' in message ? await readInline(message) : await readBuffered(services, job);
  return { ...window, items: numbered(items) };
}

/** A window as it was read, from chunks or from a message. */
type Read = Pick<ClosedWindow, 'items' | 'dropped' | 'bytes' | 'traces'>;

async function readInline(message: InlineMessage): Promise<Read> {
  const { items, json } = await inlineItems(message);
  const { holes = [], traces = [] } = message;
  return { items, dropped: holes.length, bytes: Buffer.byteLength(json), traces };
}

async function readBuffered(services: ItemServices, job: Job): Promise<Read> {
  const window = await reach(services, () => readWindow(services, job.id, job.count));
  if (window.fenced > 0) {
    services.measure(job.batch, { SlotsFenced: window.fenced });
    services.warn(`${window.fenced} slots were fenced: their writers never came`, undefined, aboutJob(job));
  }
  return window;
}

/**
 * Reads all items for a job's handler: those of its window, or those that beforeFlush has made of them.
 *
 * @param window the window's items, if they have been read already
 */
export async function handlerItems(
  services: ItemServices,
  job: Job,
  window?: readonly NumberedItem[],
): Promise<readonly NumberedItem[]> {
  const { prepared } = job;
  if (prepared !== undefined && isStored(prepared)) {
    const { under, count } = prepared;
    const { items } = await reach(services, () => readWindow(services, under, count));
    return numbered(items);
  }
  const items = window ?? (await windowItems(services, job)).items;
  const kept = prepared?.kept;
  return kept ? items.filter(({ number }) => hasBit(kept, number)) : items;
}

const numbered = (items: readonly unknown[]): NumberedItem[] =>
  items.map((item, number) => ({ number, item }));

const isStored = (prepared: PreparedRecord): prepared is PreparedRecord & { readonly under: string } =>
  prepared.under !== undefined;

/** Returns the items of a job that are not done. */
export const unsettled = ({ left }: Job, items: readonly NumberedItem[]): readonly NumberedItem[] =>
  left ? items.filter(({ number }) => hasBit(left, number)) : items;
