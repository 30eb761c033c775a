import { nextFlush, type ThrottleRule, takeFlushes } from '../limits/throttle.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head, SealedWindowOf, Turn } from '../store/head.ts';
import type { TimerMessage } from '../store/queue-ports.ts';
import type { SealServices } from '../store/services.ts';
import { sealStep } from './seal-step.ts';
import { isSame, lineOf, moveLineForward, postponeTurn, toWaiting } from './throttle-line.ts';

/** How long before a flush comes free the line is read again. */
const READ_AHEAD_MS = 100;
/** After so many flushes lost to other processes, this process leaves the line to them. */
const LOST_RACES = 20;

/**
 * Does for a buffer what is left to do after one of its windows got a flush. It is `seal()`, which itself serves the
 * line: it is passed in, so that this file does not import `seal.ts`, which imports it.
 */
type SealRest = (
  services: SealServices,
  buffer: BufferKey,
  head: Head,
  options: { readonly isWriter: true; readonly owesTimer: boolean },
) => Promise<readonly SealedWindowOf[]>;

/**
 * Serves the line at a window's turn: gives free flushes to the windows that have waited longest. If no flush is free
 * soon, the window whose turn it is gets a later turn.
 *
 * @param own the buffer whose turn it is
 * @param maxFlushWaitMs how long to wait for a free flush
 * @returns the windows that this call has sealed
 */
export async function serveLine(
  services: SealServices,
  throttle: ThrottleRule,
  own: BufferKey,
  maxFlushWaitMs: number,
  seal: SealRest,
): Promise<SealedWindowOf[]> {
  const { clock } = services;
  const { batch } = own;
  const done: SealedWindowOf[] = [];
  const until = clock.now() + maxFlushWaitMs;
  const isHeld = async () => (await services.controlOf(batch)).paused;
  let lostRaces = 0;
  let ownTurn: Turn | undefined;
  for (let isServed = false; ; ) {
    const [line, { freeAt, free }, held] = await Promise.all([
      lineOf(services, batch, own),
      nextFlush(services, batch, throttle, READ_AHEAD_MS),
      isHeld(),
    ]);
    const [first] = line;
    if (first === undefined || held) return done;
    const place = line.findIndex(({ buffer }) => isSame(buffer, own));
    isServed ||= place < 0;
    if (!isServed) ownTurn ??= line[place]?.head.open.turn;
    const left = freeAt - clock.now();
    if (left > READ_AHEAD_MS && (isServed || freeAt > until)) break;
    if (left > READ_AHEAD_MS) {
      await clock.sleep(left - READ_AHEAD_MS);
      continue;
    }
    if (left > 0) await clock.sleep(left);
    const grant = await takeFlushes(services, batch, throttle, 1, true);
    if (grant.granted === 0) {
      // Other processes take each flush that comes free, and serve the line with it.
      if (++lostRaces === LOST_RACES) break;
      continue;
    }
    // Several processes may serve the line now. Each begins with its own window, so that they do not all seal the
    // first one.
    const chosen = isServed ? Math.floor(services.random() * Math.min(free, line.length)) : place;
    const { buffer, head, plan } = (chosen < free && line[chosen]) || first;
    const step = await sealStep(services, buffer, head, plan, grant, isHeld);
    if (step === undefined) return done;
    done.push(...step.own);
    // The buffer's remaining items wait at the end of the line.
    const owesTimer = step.head?.open?.openedBy === step.by;
    if (step.own.length > 0 && step.head) {
      done.push(...(await seal(services, buffer, step.head, { isWriter: true, owesTimer })));
    }
  }
  const head = await services.store.heads.readHead(own);
  const waiting = head && toWaiting(services, { buffer: own, head }, clock.now());
  // The turn that this call has served gets no other timer, also where its timer came a moment early.
  const turnAt = waiting?.head.open.turn.at ?? Number.POSITIVE_INFINITY;
  if (waiting && (turnAt === ownTurn?.at || turnAt <= clock.now()))
    await postponeTurn(services, throttle, waiting);
  await moveLineForward(services, throttle, batch);
  return done;
}

/** Serves the line for a window whose turn comes now or in a moment. Returns whether the window still waits for a turn. */
export async function sealAtTurn(
  services: SealServices,
  { buffer, epoch, window }: Pick<TimerMessage, 'buffer' | 'epoch' | 'window'>,
  maxFlushWaitMs: number,
  seal: SealRest,
): Promise<boolean> {
  const throttle = services.definitionOf(buffer.batch)?.throttle;
  if (throttle === undefined) return false;
  const head = await services.store.heads.readHead(buffer);
  const turn = head?.epoch === epoch && head.window === window ? head.open?.turn : undefined;
  if (turn === undefined) return false;
  // A postponed turn has a timer of its own.
  if (turn.at <= services.clock.now() + maxFlushWaitMs) {
    await serveLine(services, throttle, buffer, maxFlushWaitMs, seal);
  }
  return true;
}
