import { readCorrected } from '../limits/take-slots.ts';
import { nextFlush, scopeOf, type ThrottleRule } from '../limits/throttle.ts';
import { bookTurn, mayBeAwaited, unbook } from '../limits/turns.ts';
import type { Slot } from '../store/limit-ports.ts';
import type { BufferKey, Head, OpenWindow, Turn } from '../store/records.ts';
import type { LineServices, Services } from '../store/services.ts';
import { LONGEST_DELAY_MS, LOOK_EVERY_MS } from '../topology.ts';
import { armTimer } from './arm-timer.ts';
import { planSeal, type SealPlan } from './seal-plan.ts';

/** Buffers that have waited longest, of which the first that can be flushed is looked for. */
const LOOKED_AT = 8;
/** A turn is moved forward for more than this. */
const WORTH_MOVING_MS = 100;
/** So long before a turn that is further out than a timer reaches, the ticker arms its timer. */
const ARM_AHEAD_MS = 840_000;

/** A window that waits for the throttle, as it was read. */
export interface Waiting {
  readonly buffer: BufferKey;
  readonly head: Head & { readonly open: OpenWindow & { readonly turn: Turn } };
  /** How it is to be sealed. */
  readonly plan: SealPlan;
}

/**
 * Has a window wait that the throttle has refused: gives it a turn, at the end of its batch's line, and one timer for it.
 * A process that dies on the way leaves the window as it was, and a turn that nobody uses.
 *
 * @param seen the throttle's slots, as they were when it refused
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
  // first come first served, whatever turns are booked, needed or not
  const place = clock.now();
  const { at, freeAt } = await bookTurn(services, batch, throttle, seen);
  // what is booked before may not be needed any more: who finds nobody in the line need not wait for it
  const isAlone = at > freeAt + WORTH_MOVING_MS && (await store.index.firstInLine(batch, 1)).length === 0;
  const turn = { at: isAlone ? freeAt : at, place, reason };
  if (!(await giveTurn(services, buffer, head, turn))) return;
  services.measure(batch, { FlushesThrottled: 1 });
  // a flush that was given back before this window was in the line was offered to others only
  if ((await nextFlush(services, batch, throttle)).freeAt < freeAt - WORTH_MOVING_MS) {
    await moveLineForward(services, throttle, batch, buffer);
  }
}

/** Gives a window that waits another turn, and keeps its place in the line: its turn came, and no flush was free. */
export async function postponeTurn(
  services: LineServices & Pick<Services, 'random'>,
  throttle: ThrottleRule,
  { buffer, head }: Pick<Waiting, 'buffer' | 'head'>,
): Promise<void> {
  const { at } = await bookTurn(services, buffer.batch, throttle);
  await giveTurn(services, buffer, head, { ...head.open.turn, at });
}

/**
 * Sees to it that somebody's turn is when the next flush is free. Most often it is. It is not where a flush was given
 * back, or where the turn of a window was not needed any more, since an operator has flushed it.
 *
 * @param also a buffer that waits, which the index may not show yet
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
  // whoever's turn it is, the flush goes to the first in the line
  const hasTurn = line.some(({ head }) => head.open.turn.at <= freeAt + WORTH_MOVING_MS);
  if (first === undefined || hasTurn) return;
  await giveTurn(services, first.buffer, first.head, { ...first.head.open.turn, at: freeAt });
}

/**
 * Puts a batch's line right, as the ticker does each minute: whoever had to move it on may have died, or the index may
 * not have shown it who waits. Where nobody waits, nobody's turns stay booked.
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

/** Gives a window a turn, and arms the timer for it. False when the window is no longer as it was seen. */
async function giveTurn(services: LineServices, buffer: BufferKey, seen: Head, turn: Turn): Promise<boolean> {
  const { store, clock } = services;
  const { applied, head } = await store.turns.giveTurn(buffer, seen, turn, lookAtTurn(turn, clock.now()));
  if (applied && head) await armTimer(services, buffer, head, turn.at);
  return applied;
}

/**
 * When the ticker looks at a window that waits: when its timer is to be armed, or its turn has come; and at the latest in
 * a day, since its records must not expire.
 */
export const lookAtTurn = ({ at }: Turn, now: number): number =>
  Math.min(at - now > LONGEST_DELAY_MS ? at - ARM_AHEAD_MS : at, now + LOOK_EVERY_MS);

/** When a window is to be flushed: at its turn where the throttle holds it back, else at its deadline. */
export const flushTimeOf = ({ turn, deadline }: OpenWindow): number => turn?.at ?? deadline;

/**
 * The first windows in a batch's line that can be sealed, in their order.
 *
 * @param also a buffer that may wait, too: what the index shows may be a moment old
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
  // shown by the index for longer than they wait: the index lags, or a version that knows no turns has sealed them
  const stale = heads.filter(({ buffer, head }) => found.includes(buffer) && head.open?.turn === undefined);
  await Promise.all(stale.map(({ buffer }) => store.turns.leaveLine(buffer)));
  return heads
    .flatMap(each => toWaiting(services, each, now) ?? [])
    .sort((a, b) => a.head.open.turn.place - b.head.open.turn.place);
}

/** Whether two buffers of one batch are the same. */
export const isSame = (a: BufferKey, b: BufferKey): boolean => a.group === b.group && a.shard === b.shard;

/** A buffer as one that waits; undefined when it does not, or too many of its windows wait to be published. */
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
