import { jobId } from '../buffer/job-id.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';
import type { BufferKey, Chunk, Head } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import type { SlotPage } from '../store/window-ports.ts';
import { checkGroup } from './check-group.ts';
import { fromPeekCursor, type PeekPlace, toPeekCursor } from './peek-cursor.ts';

const LIMIT = { default: 50, max: 500 };
/** Bytes of a page's items as JSON, at the most about. One item always fits. */
const PAGE_BYTES = 1_000_000;

export interface PeekOptions {
  /** Which group. It has to be there where the batch has groups, and nowhere else. */
  readonly group?: string | undefined;
  /** Where the page before ended: its `cursor`. */
  readonly cursor?: string | undefined;
  /** Items at the most, 1 to 500. Default 50. */
  readonly limit?: number | undefined;
}

/** A buffered item. */
export interface PeekedItem<T = unknown> {
  /** Its place in its window, as its receipt has it. */
  readonly slot: number;
  /** Of the item as JSON. */
  readonly bytes: number;
  /** Milliseconds since it was stored. Absent where that was not written down. */
  readonly ageMs?: number;
  readonly item: T;
}

/** A page of what is buffered: of one window, in the order of its slots. */
export interface PeekPage<T = unknown> {
  /** The job that the window becomes, as receipts have it. Absent where nothing is buffered. */
  readonly job?: string;
  /** When the window is flushed at the latest. Absent where there is none, and for one that is behind a full one. */
  readonly deadline?: Date;
  readonly items: readonly PeekedItem<T>[];
  /** Slots that were skipped: they are reserved, and nothing has landed in them. */
  readonly unsettled: number;
  /** Where the next page begins; absent when there is none. A page may have few items, or none, and yet a next. */
  readonly cursor?: string;
  readonly asOf: Date;
}

/** A window that has not been sealed, and where to begin in it. */
interface OpenWindow {
  readonly buffer: BufferKey;
  readonly place: PeekPlace;
  /** Slots that are reserved. */
  readonly slots: number;
  readonly deadline: number | undefined;
}

/**
 * Shows what is buffered and not yet flushed, a page at a time: the head of each shard is read, and one page of one
 * window. It changes nothing, and promises nothing: the window may be flushed before the answer arrives.
 *
 * @throws RequestError `request.malformed` for a group, a cursor or a limit that cannot be, and for a batch with
 *   `persist: false`
 */
export async function peek(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  definition: Definition,
  { group, cursor, limit = LIMIT.default }: PeekOptions = {},
): Promise<PeekPage> {
  const { name: batch, persist, shards } = definition;
  checkGroup(definition, group);
  if (!persist) {
    refuse(
      `Batch ${batch} gathers in the memory of its producers (persist: false), where nobody else can look.`,
    );
  }
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.max)) {
    refuse(`limit has to be a whole number from 1 to ${LIMIT.max}; it was ${JSON.stringify(limit)}.`, {
      limit,
    });
  }
  const from = cursor === undefined ? undefined : fromPeekCursor(cursor);
  const asOf = services.clock.now();
  const buffers = Array.from({ length: shards }, (_, shard) => ({ batch, group, shard }));
  const heads = await services.store.heads.readHeads(buffers.slice(from?.shard ?? 0));
  const [window, next] = heads
    .sort((a, b) => a.buffer.shard - b.buffer.shard)
    .flatMap(({ buffer, head }) => openWindows(buffer, head, from));
  if (window === undefined) return { items: [], unsettled: 0, asOf: new Date(asOf) };
  const { buffer, place, slots, deadline } = window;
  const job = jobId(services.deployment, buffer, place.epoch, place.window);
  const page = await services.store.windows.readPage(job, place.slot, slots - 1, limit);
  const { items, unsettled, at } = look(page, window, limit, asOf);
  const goesOn = at === undefined ? next?.place : { ...place, ...at };
  return {
    job,
    ...(deadline !== undefined && { deadline: new Date(deadline) }),
    items,
    unsettled,
    ...(goesOn && { cursor: toPeekCursor(goesOn) }),
    asOf: new Date(asOf),
  };
}

/** The windows of a buffer that are not sealed and not behind a place, each with where to begin in it. */
function openWindows(buffer: BufferKey, head: Head, from: PeekPlace | undefined): OpenWindow[] {
  const { open, epoch, window: first, next, base } = head;
  if (open === undefined) return [];
  const isHere = from?.shard === buffer.shard && from.epoch === epoch;
  return Array.from({ length: Math.ceil((next - base) / open.cap) }, (_, behind): OpenWindow => {
    const window = first + behind;
    const begins = isHere && from.window === window ? from : { slot: 0, taken: 0 };
    return {
      buffer,
      place: { shard: buffer.shard, epoch, window, slot: begins.slot, taken: begins.taken },
      slots: Math.min(open.cap, next - base - behind * open.cap),
      deadline: behind === 0 ? open.deadline : undefined,
    };
  }).filter(({ place, slots }) => place.slot < slots && !(isHere && place.window < from.window));
}

/**
 * The items of a page of a window's records. A record that lies inside a chunk is ignored, as its readers do.
 *
 * @returns `at`: where the next page of this window begins; undefined where the window ends
 */
function look({ slots: records, isLast }: SlotPage, window: OpenWindow, limit: number, now: number) {
  const { place, slots } = window;
  const items: PeekedItem[] = [];
  let [at, unsettled, bytes] = [place.slot, 0, 0];
  for (const { record, putAt } of records) {
    if (record.slot < at) continue;
    unsettled += record.slot - at;
    at = record.slot + record.slots;
    if (record.kind === 'tombstone') continue;
    for (const { slot, item } of itemsOf(record)) {
      // the page before has shown those
      if (record.slot === place.slot && slot < record.slot + place.taken) continue;
      const size = Buffer.byteLength(JSON.stringify(item));
      bytes += size;
      if (items.length === limit || (bytes > PAGE_BYTES && items.length > 0)) {
        return { items, unsettled, at: { slot: record.slot, taken: slot - record.slot } };
      }
      items.push({
        slot,
        bytes: size,
        ...(putAt !== undefined && { ageMs: Math.max(0, now - putAt) }),
        item,
      });
    }
  }
  if (!isLast && at < slots) return { items, unsettled, at: { slot: at, taken: 0 } };
  return { items, unsettled: unsettled + Math.max(0, slots - at), at: undefined };
}

/** The items of a chunk with their slots; its holes hold none. */
function itemsOf({
  slot: first,
  slots,
  holes,
  items,
}: Chunk): { readonly slot: number; readonly item: unknown }[] {
  const values = JSON.parse(items) as unknown[];
  const places = Array.from({ length: slots }, (_, place) => place).filter(place => !holes.includes(place));
  return values.map((item, index) => ({ slot: first + (places[index] ?? index), item }));
}

function refuse(message: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new RequestError(ERROR_CODES.requestMalformed, message, { details });
}
