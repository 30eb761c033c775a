import type { FlushReason } from '../definition/flush-reason.ts';
import { countFlushes, freely, nextFlush, type ThrottleRule, takeFlushes } from '../limits/throttle.ts';
import type { Sealing } from '../store/head-ports.ts';
import type { TimerMessage } from '../store/queue-ports.ts';
import type { BufferKey, Head, SealedWindowOf } from '../store/records.ts';
import type { SealServices, Services, ThrottleServices } from '../store/services.ts';
import { untilAnswered } from '../until-answered.ts';
import { armTimer } from './arm-timer.ts';
import { decideSeal, type SealDecision } from './decide-seal.ts';
import { isSame, joinLine, lineOf, lookAtTurn, moveLineForward, postponeTurn, toWaiting } from './line.ts';
import type { SealDemand } from './seal-plan.ts';
import { publishOwn, type SealStep, sealStep } from './seal-step.ts';

/** The ticker looks at what a paused batch holds back so often. */
const PAUSED_LOOK_MS = 60_000;
/** What an operator has asked for does not wait for the throttle. */
const OPERATORS: readonly FlushReason[] = ['manual', 'drain'];
/** So long before a flush is free, what is to be known by then is read again. */
const READ_AHEAD_MS = 100;

/** Flushes that a server of the line has lost to others when it leaves the line to them. */
const LOST_RACES = 20;

export interface SealOptions {
  /** Seals windows that by themselves would not be sealed yet. */
  readonly demand?: SealDemand | undefined;
  /** Whether nothing may be sealed now; it is asked before each update. Default: whether the batch is paused. */
  readonly isHeld?: () => Promise<boolean>;
  /** No further windows are sealed from then on, in ms since the epoch. Default: all that there are. */
  readonly until?: number;
  /** The buffer's `maxSize`, where the caller knows it. Default: the batch's, where groups have none of their own. */
  readonly maxSize?: number;
  /** A writer asks: it leaves windows that wait for the throttle to those whose work they are. */
  readonly isWriter?: boolean;
  /** The window's timer falls to the caller: it has opened the window, or a timer has come too early. */
  readonly owesTimer?: boolean;
  /** For how long a flush is waited for, where the turn of a waiting window has come, in ms. Default 0. */
  readonly maxFlushWaitMs?: number;
}

/**
 * Seals whatever of a buffer is to be sealed and may be, publishes it, and sees to what may not be sealed yet. After each
 * of its own updates it goes on from the head that this update has returned.
 *
 * @param head as last seen. If it is no longer so, the update's condition fails
 * @returns the windows that this call has sealed
 */
export async function seal(
  services: SealServices,
  buffer: BufferKey,
  head: Head,
  options: SealOptions = {},
): Promise<SealedWindowOf[]> {
  const done: SealedWindowOf[] = [];
  const { demand } = options;
  const throttle = services.definitionOf(buffer.batch)?.throttle;
  const isOperator = demand !== undefined && OPERATORS.includes(demand.reason);
  const isHeld = options.isHeld ?? (async () => (await services.controlOf(buffer.batch)).paused);
  // whether the line may have to move: a turn was not needed, or a flush was given back
  let [seen, owesTimer, movesLine] = [head, options.owesTimer ?? false, false];
  for (;;) {
    const isThrottled = throttle !== undefined && !isOperator;
    const decision = await decide(services, buffer, seen, { ...options, owesTimer, isHeld }, isThrottled);
    if (decision.kind !== 'seal' || seen.open === undefined) {
      done.push(...(await comply(services, buffer, seen, decision, throttle, options)));
      break;
    }
    if (services.clock.now() >= (options.until ?? Number.POSITIVE_INFINITY)) break;
    const { plan } = decision;
    const wanted = plan.kind === 'full' ? plan.windows : 1;
    const grant = await grantFlushes(services, buffer.batch, throttle, wanted, isOperator);
    if (grant.granted === 0) {
      if (throttle) await joinLine(services, throttle, buffer, seen, plan.reason, grant.slots);
      break;
    }
    const step = await sealStep(services, buffer, { ...seen, open: seen.open }, plan, grant, isHeld);
    if (step === undefined) {
      // what was granted has been given back, and what the head needs now is decided anew
      movesLine = true;
      continue;
    }
    done.push(...step.own);
    movesLine ||= step.gaveBack || (step.own.length > 0 && seen.open.turn !== undefined);
    if (step.head === undefined || !goesOn(step, head, demand)) break;
    // nobody reserved the first slot of a window that case B has left open, so that its timer falls to the sealer
    owesTimer = step.head.open?.openedBy === step.by;
    seen = step.head;
  }
  if (throttle && movesLine) await moveLineForward(services, throttle, buffer.batch);
  return done;
}

/**
 * Whether to go on after an update. When it was refused, another process has sealed what was full or due, and sees to
 * what is left. It does not know about our demand, so that we continue for it.
 */
const goesOn = (step: SealStep, { epoch }: Head, demand: SealDemand | undefined): boolean =>
  step.applied ||
  step.own.length > 0 ||
  (demand !== undefined && step.head?.epoch === epoch && step.head.window <= demand.upTo);

async function decide(
  services: Pick<Services, 'clock' | 'definitionOf'>,
  { batch }: BufferKey,
  head: Head,
  { demand, isHeld, isWriter, owesTimer, maxSize }: SealOptions & Required<Pick<SealOptions, 'isHeld'>>,
  isThrottled: boolean,
): Promise<SealDecision> {
  const situation = {
    maxSize: maxSize ?? maxSizeOf(services, batch),
    maxBytes: services.definitionOf(batch)?.maxBytes,
    demand,
    isThrottled,
    isPaused: false,
    mayServe: isWriter !== true,
    owesTimer: owesTimer === true,
  };
  const decision = decideSeal(head, services.clock.now(), situation);
  // whether the batch is paused is asked only where it matters, and again before each update
  if (decision.kind === 'nothing' || decision.kind === 'arm') return decision;
  return (await isHeld())
    ? decideSeal(head, services.clock.now(), { ...situation, isPaused: true })
    : decision;
}

const grantFlushes = (
  services: ThrottleServices,
  batch: string,
  throttle: ThrottleRule | undefined,
  wanted: number,
  isOperator: boolean,
) => {
  if (throttle === undefined) return freely(wanted, services.clock.now());
  return isOperator
    ? countFlushes(services, batch, throttle, wanted)
    : takeFlushes(services, batch, throttle, wanted, false);
};

/** The batch's `maxSize`; undefined where groups have their own, or this process does not know the batch. */
function maxSizeOf({ definitionOf }: Pick<Services, 'definitionOf'>, batch: string): number | undefined {
  const definition = definitionOf(batch);
  return definition?.limits === undefined ? definition?.maxSize : undefined;
}

/** Does what was decided other than sealing. */
async function comply(
  services: SealServices,
  buffer: BufferKey,
  head: Head,
  { kind }: SealDecision,
  throttle: ThrottleRule | undefined,
  { maxFlushWaitMs = 0 }: SealOptions,
): Promise<readonly SealedWindowOf[]> {
  const { clock, store } = services;
  const now = clock.now();
  if (kind === 'arm') await armTimer(services, buffer, head);
  const { dueAt = 0 } = head;
  // should a resume die half-way, the ticker goes on. What is due already would be looked at again and again until then
  if (kind === 'hold' && (dueAt > now + PAUSED_LOOK_MS || dueAt <= now)) {
    await store.headSchedules.lookAgain(buffer, head, now + PAUSED_LOOK_MS);
  }
  const turn = head.open?.turn;
  if (kind === 'wait' && turn && turn.at > now && dueAt <= now) {
    await store.headSchedules.lookAgain(buffer, head, lookAtTurn(turn, now));
  }
  return kind === 'serve' && throttle ? serveLine(services, throttle, buffer, maxFlushWaitMs) : [];
}

/**
 * A turn has come: gives the flushes that are free to the windows which have waited longest. Where none is free soon, the
 * window whose turn it was gets another one.
 *
 * @param own whose turn it is
 * @param maxFlushWaitMs for how long a flush is waited for
 */
async function serveLine(
  services: SealServices,
  throttle: ThrottleRule,
  own: BufferKey,
  maxFlushWaitMs: number,
): Promise<SealedWindowOf[]> {
  const { clock } = services;
  const { batch } = own;
  const done: SealedWindowOf[] = [];
  const until = clock.now() + maxFlushWaitMs;
  const isHeld = async () => (await services.controlOf(batch)).paused;
  let lostRaces = 0;
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
    const left = freeAt - clock.now();
    if (left > READ_AHEAD_MS && (isServed || freeAt > until)) break;
    if (left > READ_AHEAD_MS) {
      await clock.sleep(left - READ_AHEAD_MS);
      continue;
    }
    if (left > 0) await clock.sleep(left);
    const grant = await takeFlushes(services, batch, throttle, 1, true);
    if (grant.granted === 0) {
      // others take each flush that comes free, and serve the line with it
      if (++lostRaces === LOST_RACES) break;
      continue;
    }
    // where several flushes are free, those who are awake must not all seal the first window: each seals its own
    const chosen = isServed ? Math.floor(services.random() * Math.min(free, line.length)) : place;
    const { buffer, head, plan } = (chosen < free && line[chosen]) || first;
    const step = await sealStep(services, buffer, head, plan, grant, isHeld);
    if (step === undefined) return done;
    done.push(...step.own);
    // what is left of it waits at the end of the line
    const owesTimer = step.head?.open?.openedBy === step.by;
    if (step.own.length > 0 && step.head) {
      done.push(...(await seal(services, buffer, step.head, { isWriter: true, owesTimer })));
    }
  }
  const head = await services.store.heads.readHead(own);
  const waiting = head && toWaiting(services, { buffer: own, head }, clock.now());
  if (waiting && waiting.head.open.turn.at <= clock.now()) await postponeTurn(services, throttle, waiting);
  await moveLineForward(services, throttle, batch);
  return done;
}

/** Sees to a window whose turn comes now or in a moment, if it still waits for it. */
export async function sealAtTurn(
  services: SealServices,
  { buffer, epoch, window }: Pick<TimerMessage, 'buffer' | 'epoch' | 'window'>,
  maxFlushWaitMs: number,
): Promise<boolean> {
  const throttle = services.definitionOf(buffer.batch)?.throttle;
  if (throttle === undefined) return false;
  const head = await services.store.heads.readHead(buffer);
  const turn = head?.epoch === epoch && head.window === window ? head.open?.turn : undefined;
  if (turn === undefined) return false;
  // a turn that was put off has a timer of its own
  if (turn.at <= services.clock.now() + maxFlushWaitMs)
    await serveLine(services, throttle, buffer, maxFlushWaitMs);
  return true;
}

/** Seals a window whose time is up, by what its timer knows of it; an overfull one by what its head then says. */
export async function sealAtDeadline(
  services: SealServices,
  { buffer, ...window }: TimerMessage,
): Promise<void> {
  const { store, clock, newId } = services;
  if (services.definitionOf(buffer.batch)?.throttle) {
    const head = await store.heads.readHead(buffer);
    if (head) await seal(services, buffer, head);
    return;
  }
  const isHeld = async () => (await services.controlOf(buffer.batch)).paused;
  if (await isHeld()) return;
  const sealing: Sealing = { reason: 'time', now: clock.now(), by: newId() };
  const result = await untilAnswered(clock, () => store.seals.sealOpen(buffer, window, sealing), isHeld);
  const mine = await publishOwn(services, buffer, sealing, result);
  const { applied, head } = result;
  const stillOpen = head?.epoch === window.epoch && head.window === window.window;
  if (!applied && mine.length === 0 && stillOpen) await seal(services, buffer, head);
}
