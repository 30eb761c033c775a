import { jobId } from '../buffer/job-id.ts';
import { unsealedWindows } from '../buffer/unsealed-windows.ts';
import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type { Services } from '../store/services.ts';
import type { Chunk } from '../store/slot-record.ts';
import type { SlotPage } from '../store/window-ports.ts';
import { checkGroup } from './check-group.ts';
import { fromPeekCursor, type PeekPlace, toPeekCursor } from './peek-cursor.ts';

const LIMIT = { default: 50, max: 500 };
/** About the most bytes of a page's items as JSON. One item always fits. */
const PAGE_BYTES = 1_000_000;

export interface PeekOptions {
  /** The group. It is required if the batch has groups, and not allowed otherwise. */
  readonly group?: string | undefined;
  /** The `cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** How many items at most, 1 to 500. Default 50. */
  readonly limit?: number | undefined;
}

/** A buffered item. */
export interface PeekedItem<T = unknown> {
  /** Its slot in the window, as in its receipt. */
  readonly slot: number;
  /** The size of the item as JSON. */
  readonly bytes: number;
  /** Milliseconds since it was stored. Absent if its record does not have the time. */
  readonly ageMs?: number;
  readonly item: T;
}

/** A page of the buffered items of one window, in the order of their slots. */
export interface PeekPage<T = unknown> {
  /** The job that the window becomes, as in receipts. Absent if no item is buffered. */
  readonly job?: string;
  /** The window's deadline. Absent if there is no window, and for a window behind a full one. */
  readonly deadline?: Date;
  readonly items: readonly PeekedItem<T>[];
  /** The number of skipped slots. They are reserved, and no chunk has landed in them. */
  readonly unsettled: number;
  /** The cursor of the next page. Absent if there is none. A page may have few items, or none, although there is a next. */
  readonly cursor?: string;
  readonly asOf: Date;
}

/** A window that is not sealed, and the place to begin in it. */
interface PeekedWindow {
  readonly buffer: BufferKey;
  readonly place: PeekPlace;
  /** The number of reserved slots. */
  readonly slots: number;
  readonly deadline: number | undefined;
}

/**
 * Returns buffered items that are not yet flushed, a page at a time. It reads the head of each shard, and one page of one
 * window. It changes nothing. The window may be flushed before the answer arrives.
 *
 * @throws RequestError `request.malformed` for a group, a cursor or a limit that is not allowed, and for a batch with
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
      `Batch ${batch} gathers in the memory of its producers (persist: false), where no other process can look.`,
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
    .flatMap(({ buffer, head }) => windowsFrom(buffer, head, from));
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

/** Lists the windows of a buffer that are not sealed, from a place on, each with the place to begin in it. */
function windowsFrom(buffer: BufferKey, head: Head, from: PeekPlace | undefined): PeekedWindow[] {
  const { epoch } = head;
  const isHere = from?.shard === buffer.shard && from.epoch === epoch;
  return unsealedWindows(head)
    .map(({ window, slots }): PeekedWindow => {
      const begins = isHere && from.window === window ? from : { slot: 0, taken: 0 };
      return {
        buffer,
        place: { shard: buffer.shard, epoch, window, slot: begins.slot, taken: begins.taken },
        slots,
        deadline: window === head.window ? head.open?.deadline : undefined,
      };
    })
    .filter(({ place, slots }) => place.slot < slots && !(isHere && place.window < from.window));
}

/**
 * Returns the items in a page of a window's records. It ignores a record inside a chunk, as the consumer does.
 *
 * @returns `at`: where the next page of this window begins; undefined if the window has ended
 */
function look({ slots: records, isLast }: SlotPage, window: PeekedWindow, limit: number, now: number) {
  const { place, slots } = window;
  const items: PeekedItem[] = [];
  let [at, unsettled, bytes] = [place.slot, 0, 0];
  for (const { record, putAt } of records) {
    if (record.slot < at) continue;
    unsettled += record.slot - at;
    at = record.slot + record.slots;
    if (record.kind === 'tombstone') continue;
    for (const { slot, item } of itemsOf(record)) {
      // an earlier page has these items
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

/** Returns the items of a chunk with their slots. A hole has no item. */
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
