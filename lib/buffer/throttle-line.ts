import { readCorrected } from '../limits/take-slots.ts';
import { nextFlush, scopeOf, type ThrottleRule } from '../limits/throttle.ts';
import { bookTurn, mayBeAwaited, unbook } from '../limits/turns.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head, OpenWindow, Turn } from '../store/head.ts';
import type { Slot } from '../store/limit-ports.ts';
import { LOOK_EVERY_MS } from '../store/record-life.ts';
import type { LineServices, Services } from '../store/services.ts';
import { ARM_AHEAD_MS, LONGEST_DELAY_MS } from '../topology.ts';
import { armTimer } from './arm-timer.ts';
import { planSeal, type SealPlan } from './seal-plan.ts';

/** Buffers that are read at the front of the line, to find the first that can be flushed. */
const LOOKED_AT = 8;
/** A turn is moved forward only if the window gains more than this. */
const WORTH_MOVING_MS = 100;

/** A window that waits for the throttle, as it was read. */
export interface Waiting {
  readonly buffer: BufferKey;
  readonly head: Head & { readonly open: OpenWindow & { readonly turn: Turn } };
  /** How it is to be sealed. */
  readonly plan: SealPlan;
}

/**
 * Gives a turn to a window that the throttle has refused. The window joins the end of its batch's line, and gets a
 * timer for its turn. If the process dies on the way, the window is as it was before, and a booked turn stays unused.
 *
 * @param seen the throttle's slots as they were read for the refusal
 */
export async function joinLine(
  services: LineServices & Pick<Services, 'random' | 'measure'>,
  throttle: ThrottleRule,
  buffer: BufferKey,
  head: Head,
  reason: Turn['reason'],
  seen: readonly Slot[],
): Promise<void> {
  const { store, clock } = services;
  const { batch } = buffer;
  // The place in the line is the time of the refusal, so that windows are served first come, first served.
  const place = clock.now();
  const { at, freeAt } = await bookTurn(services, batch, throttle, seen);
  // Earlier bookings may not be needed any more. If no window is in the line, this one takes the next free flush.
  const isAlone = at > freeAt + WORTH_MOVING_MS && (await store.index.firstInLine(batch, 1)).length === 0;
  const turn = { at: isAlone ? freeAt : at, place, reason };
  if (!(await giveTurn(services, buffer, head, turn))) return;
  services.measure(batch, { FlushesThrottled: 1 });
  // A flush may have been given back before this window joined the line. Move the line forward for it.
  if ((await nextFlush(services, batch, throttle)).freeAt < freeAt - WORTH_MOVING_MS) {
    await moveLineForward(services, throttle, batch, buffer);
  }
}

/** Gives a waiting window another turn, since no flush was free at its turn. It keeps its place in the line. */
export async function postponeTurn(
  services: LineServices & Pick<Services, 'random'>,
  throttle: ThrottleRule,
  { buffer, head }: Pick<Waiting, 'buffer' | 'head'>,
): Promise<void> {
  const { at } = await bookTurn(services, buffer.batch, throttle);
  await giveTurn(services, buffer, head, { ...head.open.turn, at });
}

/**
 * Makes sure that a window of the line has its turn when the next flush is free. Usually one has. None has after a
 * flush was given back, or after an operator has flushed the window whose turn it was.
 *
 * @param also a waiting buffer that the index may not show yet
 */
export async function moveLineForward(
  services: LineServices,
  throttle: ThrottleRule,
  batch: string,
  also?: BufferKey,
): Promise<void> {
  const [line, { freeAt }] = await Promise.all([
    lineOf(services, batch, also),
    nextFlush(services, batch, throttle),
  ]);
  const [first] = line;
  // One turn at that time is enough: its timer gives the flush to the first window in the line.
  const hasTurn = line.some(({ head }) => head.open.turn.at <= freeAt + WORTH_MOVING_MS);
  if (first === undefined || hasTurn) return;
  await giveTurn(services, first.buffer, first.head, { ...first.head.open.turn, at: freeAt });
}

/**
 * Repairs a batch's line. The ticker calls it each minute, since the process that had to move the line forward may
 * have died, or the index may not have shown it a waiting window. If no window waits, all bookings are removed.
 */
export async function repairLine(
  services: LineServices,
  throttle: ThrottleRule,
  batch: string,
): Promise<void> {
  const { max: count, duration: forMs } = throttle;
  const read = await readCorrected(services, { scope: scopeOf(batch), count, forMs });
  if (!mayBeAwaited(read)) return;
  const isEmpty = (await services.store.index.firstInLine(batch, 1)).length === 0;
  await (isEmpty ? unbook(services, batch, read) : moveLineForward(services, throttle, batch));
}

/** Gives a window a turn, and arms the timer for it. Returns false when the window has changed since it was read. */
async function giveTurn(services: LineServices, buffer: BufferKey, seen: Head, turn: Turn): Promise<boolean> {
  const { store, clock } = services;
  const { applied, head } = await store.turns.giveTurn(buffer, seen, turn, lookAtTurn(turn, clock.now()));
  if (applied && head) await armTimer(services, buffer, head, turn.at);
  return applied;
}

/**
 * Says when the ticker looks at a waiting window: when its timer has to be armed, or at its turn. It looks within a
 * day in any case, so that the window's records do not expire.
 */
export const lookAtTurn = ({ at }: Turn, now: number): number =>
  Math.min(at - now > LONGEST_DELAY_MS ? at - ARM_AHEAD_MS : at, now + LOOK_EVERY_MS);

/** Says when a window has to be flushed: at its turn where the throttle holds it back, else at its deadline. */
export const flushTimeOf = ({ turn, deadline }: OpenWindow): number => turn?.at ?? deadline;

/**
 * Reads the first windows in a batch's line that can be sealed, in their order.
 *
 * @param also a buffer that may be waiting and that the index may not show yet
 */
export async function lineOf(
  services: Pick<Services, 'store' | 'clock' | 'definitionOf'>,
  batch: string,
  also?: BufferKey,
): Promise<readonly Waiting[]> {
  const { store, clock } = services;
  const found = await store.index.firstInLine(batch, LOOKED_AT);
  const buffers = also && !found.some(each => isSame(each, also)) ? [also, ...found] : found;
  const heads = await store.heads.readHeads(buffers);
  const now = clock.now();
  // The index still shows heads that do not wait any more: it lags, or an older version without turns has sealed them.
  const stale = heads.filter(({ buffer, head }) => found.includes(buffer) && head.open?.turn === undefined);
  await Promise.all(stale.map(({ buffer }) => store.turns.leaveLine(buffer)));
  return heads
    .flatMap(each => toWaiting(services, each, now) ?? [])
    .sort((a, b) => a.head.open.turn.place - b.head.open.turn.place);
}

/** Whether two buffers of one batch are the same. */
export const isSame = (a: BufferKey, b: BufferKey): boolean => a.group === b.group && a.shard === b.shard;

/**
 * Takes a buffer as a waiting one. Returns undefined when it has no turn, or too many of its windows are not published
 * yet.
 */
export function toWaiting(
  { definitionOf }: Pick<Services, 'definitionOf'>,
  { buffer, head }: { readonly buffer: BufferKey; readonly head: Head },
  now: number,
): Waiting | undefined {
  const { open } = head;
  if (open?.turn === undefined) return undefined;
  const { turn } = open;
  const demand = { reason: turn.reason, upTo: head.window };
  const plan = planSeal(head, now, { maxBytes: definitionOf(buffer.batch)?.maxBytes, demand });
  return plan && { buffer, head: { ...head, open: { ...open, turn } }, plan };
}
