import pLimit from 'p-limit';
import * as ERROR_CODES from '../error-codes.ts';
import { CisternError } from '../errors.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { AddServices, Services } from '../store/services.ts';
import { type ChunkPlan, endWithin, planChunks, toChunk } from './chunks.ts';
import { decidedAtFlush, type Item, type Outcomes, type Written } from './items.ts';
import { jobId } from './job-id.ts';
import { land } from './land.ts';
import { OwedWork } from './owed-work.ts';
import { type BufferOptions, isStale, type Reservation } from './reservation.ts';
import { afterReserve, reserve } from './reserve.ts';

/** Bytes of items in one reservation. They land well within the minute for which a reservation is valid. */
export const RESERVATION_BYTES = 8_000_000;
const PARALLEL_PUTS = 16;
/** How often fenced items are reserved for again. Each fence means that a write has stalled for about a second. */
const MAX_TRIES = 8;

/** Adds items to one buffer, in their order. */
export async function addItems(
  services: AddServices,
  options: BufferOptions,
  buffer: BufferKey,
  items: readonly Item[],
): Promise<Written> {
  const outcomes: Outcomes = new Map();
  const owedWork = new OwedWork(services, options);
  const landItems: LandItems<Item> = (reservation, left) =>
    landAll(services, options, buffer, reservation, planChunks(reservation.placements, left), outcomes);
  let room = options.maxBytes;
  for (let at = 0; at < items.length; ) {
    const end = endWithin(items, at, Math.min(room ?? RESERVATION_BYTES, RESERVATION_BYTES));
    await owedWork.beforeNext();
    const part = items.slice(at, end);
    const reservation = await addPart(services, options, buffer, part, outcomes, owedWork, landItems);
    room = reservation ? roomLeft(options, reservation) : options.maxBytes;
    at = end;
  }
  return { outcomes, owed: owedWork.owed };
}

/** Bytes that the window which this reservation left open may still take before it has `maxBytes`. */
function roomLeft({ maxBytes }: BufferOptions, { head }: Reservation): number | undefined {
  if (maxBytes === undefined) return undefined;
  const left = maxBytes - (head.open?.bytes ?? 0);
  return left > 0 ? left : maxBytes;
}

/** Lands items for which slots were reserved. Returns the items to be reserved for again, in order. */
type LandItems<T> = (reservation: Reservation, items: readonly T[]) => Promise<T[]>;

/**
 * Reserves slots for items and lands them. Items that did not land are reserved for again.
 *
 * @param beforeReserve returns which of the items still need a slot
 * @returns the last reservation; undefined where one failed
 */
export async function addPart<T extends Item>(
  services: AddServices,
  options: BufferOptions,
  buffer: BufferKey,
  part: readonly T[],
  outcomes: Outcomes,
  owedWork: OwedWork,
  landItems: LandItems<T>,
  beforeReserve?: (items: readonly T[], tries: number) => Promise<readonly T[]>,
): Promise<Reservation | undefined> {
  let last: Reservation | undefined;
  let left = part;
  for (let tries = 0; left.length > 0 && tries < MAX_TRIES; tries++) {
    try {
      if (beforeReserve) {
        left = await beforeReserve(left, tries);
        if (left.length === 0) break;
      }
      last = await reserve(services, options, buffer, left.length, totalBytes(left));
    } catch (cause) {
      // Nothing was put. The reservation may have taken slots: the reader of their window fences them.
      for (const item of left) outcomes.set(item, { state: 'not_stored', cause });
      return undefined;
    }
    const landing = landItems(last, left);
    owedWork.add(afterReserve(services, options, buffer, last, left.some(isUrgent), landing));
    left = await landing;
  }
  for (const item of left) outcomes.set(item, { state: 'not_stored', cause: addContended() });
  return last;
}

/** Lands a reservation's chunks and writes down each item's outcome. Returns the items that were fenced, in order. */
async function landAll(
  services: Pick<Services, 'deployment' | 'store' | 'clock'>,
  { dedupKeep }: BufferOptions,
  buffer: BufferKey,
  reservation: Reservation,
  plans: readonly ChunkPlan[],
  outcomes: Outcomes,
): Promise<Item[]> {
  const limit = pLimit(PARALLEL_PUTS);
  const fenced = await Promise.all(
    plans.map(plan =>
      limit(async () => {
        if (isStale(reservation, services.clock.now())) return plan.items;
        const job = jobId(services.deployment, buffer, reservation.head.epoch, plan.window);
        const landing = await land(services, job, toChunk(plan, undefined, dedupKeep), plans.length);
        if (landing.state === 'fenced') return plan.items;
        plan.items.forEach((item, at) => {
          outcomes.set(
            item,
            landing.state === 'landed'
              ? {
                  state: 'stored',
                  receipt: { job, slot: plan.slot + at, duplicate: false, ...decidedAtFlush(dedupKeep) },
                }
              : landing,
          );
        });
        return [];
      }),
    ),
  );
  return fenced.flat();
}

const isUrgent = ({ urgent }: Item): boolean => urgent === true;

const totalBytes = (items: readonly Item[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0);

/** The error for items that were fenced in every try. */
const addContended = (): CisternError =>
  new CisternError(
    ERROR_CODES.addContended,
    `The item found no place in ${MAX_TRIES} tries, since its windows were read before it landed; it is not stored. Add it again, and see why writes take longer than a second.`,
  );
