import type { FlushReason } from '../definition/flush-reason.ts';
import { countFlushes, freely, type ThrottleRule, takeFlushes } from '../limits/throttle.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head, SealedWindowOf } from '../store/head.ts';
import type { SealServices, Services, ThrottleServices } from '../store/services.ts';
import { armTimer } from './arm-timer.ts';
import { decideSeal, type SealDecision } from './decide-seal.ts';
import { putOff } from './put-off.ts';
import { lastWindow, type SealDemand, WINDOWS_PER_SEAL } from './seal-plan.ts';
import { type SealStep, sealStep } from './seal-step.ts';
import { serveLine } from './serve-line.ts';
import { joinLine, moveLineForward } from './throttle-line.ts';

/** Flushes for these reasons do not wait for the throttle, since an operator has asked for them. */
const OPERATORS: readonly FlushReason[] = ['manual', 'drain'];

/**
 * For how long a sealer goes on with windows that have become full since it began. Then a timer that fires at once takes
 * over. A writer leaves such windows to the timer at once, since its answer waits for the windows before them.
 */
const GOES_ON_MS = 500;
/**
 * A sealer that goes on with a busy head clears its markers so long after its seal at the earliest. So its two updates seal
 * several windows, and leave the head's write units to the reservations.
 */
const BUSY_ROUND_MS = 50;
/** If so many slots were taken in the round before, more will probably be taken before the next update reaches the store. */
const BUSY_SLOTS = 10;

export interface SealOptions {
  /** Seals windows that are neither full nor due. */
  readonly demand?: SealDemand | undefined;
  /** Whether nothing may be sealed now. It is asked before each update. Default: whether the batch is paused. */
  readonly isHeld?: () => Promise<boolean>;
  /** No window is sealed from this time on, in ms since the epoch. Default: no limit. */
  readonly until?: number;
  /** The buffer's `maxSize`, where the caller knows it. Default: the batch's, where groups have none of their own. */
  readonly maxSize?: number;
  /** Whether more slots will be taken before the first update reaches the store. Default `false`. */
  readonly expectsMore?: boolean;
  /** The caller is a writer. It leaves windows that wait for the throttle to their timers. */
  readonly isWriter?: boolean;
  /** The caller has to arm the window's timer: it has opened the window, or the timer has fired too early. */
  readonly owesTimer?: boolean;
  /** How long the caller waits for a free flush when a window's turn has come, in ms. Default 0. */
  readonly maxFlushWaitMs?: number;
}

/**
 * Seals the windows of a buffer that are full, due or demanded, and publishes them. For a window that may not be
 * sealed yet it arms the timer, joins the throttle's line, or has the ticker look again. After each update it goes on
 * from the head that the clear of its markers has returned. An operator's call ends with the last window that it demands:
 * the pause and the throttle hold for later windows.
 *
 * @param head as last read. If it has changed since, the update's condition fails
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
  const operators = demand && OPERATORS.includes(demand.reason) ? demand : undefined;
  const isPaused = async () => (await services.controlOf(buffer.batch)).paused;
  const isHeld = options.isHeld ?? isPaused;
  // movesLine: the line may have to move forward, since a turn was not needed or a flush was given back
  let [seen, owesTimer, movesLine] = [head, options.owesTimer ?? false, false];
  let { expectsMore = false } = options;
  let isBusy = false;
  const owed = Math.max(lastWindow(head), demand?.upTo ?? 0);
  const goesOnUntil = services.clock.now() + (options.isWriter ? 0 : GOES_ON_MS);
  for (;;) {
    if (operators && seen.window > operators.upTo) {
      const rules = { ...options, demand: undefined, owesTimer, isHeld: isPaused };
      await handOver(
        services,
        buffer,
        seen,
        await decide(services, buffer, seen, rules, throttle !== undefined),
      );
      break;
    }
    const isThrottled = throttle !== undefined && !operators;
    const decision = await decide(
      services,
      buffer,
      seen,
      { ...options, owesTimer, expectsMore, isHeld },
      isThrottled,
    );
    if (decision.kind !== 'seal' || seen.open === undefined) {
      await putOff(services, buffer, seen, decision);
      if (decision.kind === 'serve' && throttle) {
        done.push(...(await serveLine(services, throttle, buffer, options.maxFlushWaitMs ?? 0, seal)));
      }
      break;
    }
    const began = services.clock.now();
    if (began >= (options.until ?? Number.POSITIVE_INFINITY)) break;
    if (began >= goesOnUntil && seen.window > owed) {
      await handOver(services, buffer, seen, decision);
      break;
    }
    const { plan } = decision;
    const demanded = operators ? operators.upTo - seen.window + 1 : Number.POSITIVE_INFINITY;
    const wanted = plan.kind === 'full' ? Math.min(plan.windows, demanded) : 1;
    const clearFrom = isBusy && wanted < WINDOWS_PER_SEAL / 2 ? began + BUSY_ROUND_MS : began;
    const grant = await grantFlushes(services, buffer.batch, throttle, wanted, operators !== undefined);
    if (grant.granted === 0) {
      if (throttle) await joinLine(services, throttle, buffer, seen, plan.reason, grant.slots);
      break;
    }
    const step = await sealStep(
      services,
      buffer,
      { ...seen, open: seen.open },
      plan,
      grant,
      isHeld,
      clearFrom,
    );
    if (step === undefined) {
      // The batch is paused now. The grant has been given back, and the next round decides anew.
      movesLine = true;
      continue;
    }
    done.push(...step.own);
    movesLine ||= step.gaveBack || (step.own.length > 0 && seen.open.turn !== undefined);
    if (step.head === undefined || !goesOn(step, seen, demand)) break;
    const taken = step.head.next - seen.next;
    isBusy = taken > 0;
    expectsMore = taken >= BUSY_SLOTS;
    // No reservation opened the window that case B has left open, so that this sealer has to arm its timer.
    owesTimer = step.head.open?.openedBy === step.by;
    seen = step.head;
  }
  if (throttle && movesLine) await moveLineForward(services, throttle, buffer.batch);
  return done;
}

/** Leaves a head to a timer: one that fires at once if a window can be sealed, since its writers have left it to this sealer. */
const handOver = (services: SealServices, buffer: BufferKey, head: Head, decision: SealDecision) =>
  decision.kind === 'seal'
    ? armTimer(services, buffer, head, services.clock.now())
    : putOff(services, buffer, head, decision);

/**
 * Says whether to go on after an update. If it was refused and the head has a later window, another process has sealed the
 * full or due windows, and goes on with the rest. It does not know about our demand, so that we continue. If the head has
 * the same window, the number of its slots was not as expected, and the next update goes by the head as it is now.
 */
const goesOn = (step: SealStep, { epoch, window }: Head, demand: SealDemand | undefined): boolean =>
  step.applied ||
  step.own.length > 0 ||
  (step.head?.epoch === epoch && step.head.window <= (demand?.upTo ?? window));

async function decide(
  services: Pick<Services, 'clock' | 'definitionOf'>,
  { batch }: BufferKey,
  head: Head,
  {
    demand,
    isHeld,
    isWriter,
    owesTimer,
    expectsMore = false,
    maxSize,
  }: SealOptions & Required<Pick<SealOptions, 'isHeld'>>,
  isThrottled: boolean,
): Promise<SealDecision> {
  const situation = {
    maxSize: maxSize ?? maxSizeOf(services, batch),
    maxBytes: services.definitionOf(batch)?.maxBytes,
    demand,
    expectsMore,
    isThrottled,
    isPaused: false,
    isWriter: isWriter === true,
    owesTimer: owesTimer === true,
  };
  const decision = decideSeal(head, services.clock.now(), situation);
  // The pause is read only where it matters. It is read again before each update.
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
