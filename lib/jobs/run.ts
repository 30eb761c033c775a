import type { Definition } from '../definition/options.ts';
import { type Permit, type PermitOf, takePermits } from '../limits/permits.ts';
import { holdsJobs } from '../store/control.ts';
import type { ClaimResult } from '../store/job-ports.ts';
import type { PermitServices, RunServices, Services } from '../store/services.ts';
import { untilAnswered } from '../until-answered.ts';
import { aboutJob } from './about-job.ts';
import { runAttempt } from './attempt.ts';
import { closeJob } from './close-job.ts';
import { type Delivery, type DeliveryResult, setMessageVisibility } from './delivery.ts';
import { Heartbeat } from './heartbeat.ts';
import { leaveForeign } from './leave-foreign.ts';
import { hasPredecessorEnded, wakeNext } from './order.ts';
import { park } from './park.ts';

/** A lock or a retry that is at most this far off is waited for here, since SQS sets visibility in whole seconds. */
const SLEEP_AT_MOST_MS = 1_500;
/** How long a run waits for a permit before it gives the message back. */
const PERMIT_WAIT_MS = 20_000;
/** Pauses between two tries to take a permit: short at first, and then never longer than the second one. */
const FIRST_PERMIT_PAUSE_MS = 25;
const LONGEST_PERMIT_PAUSE_MS = 100;
/** When a message comes back whose job could not be parked, since it runs or its batch was resumed meanwhile. */
const PARK_AGAIN_MS = 1_000;
/** Time that a handler leaves of the function's timeout for writing the end of the attempt. */
const END_MARGIN_MS = 5_000;

const ENDING = new Error('This process is about to end.');

/** A delivery. `shortened` settles when its message's visibility is the lock's time. */
type Received = Delivery & { readonly shortened: Promise<void> };

/**
 * Why a message stays in the queue: its batch is paused, it comes back in so many ms, or it is hidden until it comes
 * back.
 */
type Held = { readonly paused: true } | { readonly backIn: number } | { readonly isHidden: true };
const PAUSED = { paused: true } as const;

/**
 * Runs the job that a message points to, if it may run now. A second message for a job is harmless: its record tells
 * whether the job has ended or runs already.
 */
export async function runJob(
  services: RunServices,
  definition: Definition,
  delivery: Delivery,
): Promise<DeliveryResult> {
  const { name, lockTtlMs } = definition;
  // The queue's own visibility is as long as the function's timeout. From here on it is the lock's time.
  const shortened = setMessageVisibility(services, 'jobs', name, delivery, lockTtlMs);
  const held = await admitAndRun(services, definition, { ...delivery, shortened });
  await shortened;
  if (held && 'isHidden' in held) return 'again';
  const backIn = held && 'paused' in held ? await parkPaused(services, name, delivery) : held?.backIn;
  if (backIn === undefined) return 'done';
  await setMessageVisibility(services, 'jobs', name, delivery, backIn);
  return 'again';
}

/** Says whether a batch was paused at most a second ago. A run asks before it waits, and before it begins. */
const isPaused = async (services: Pick<Services, 'controlOf'>, batch: string): Promise<boolean> =>
  holdsJobs(await services.controlOf(batch));

async function parkPaused(
  services: Pick<Services, 'store' | 'clock' | 'controlOf'>,
  batch: string,
  delivery: Delivery,
): Promise<number | undefined> {
  return (await park(services, batch, delivery)) === 'done' ? undefined : PARK_AGAIN_MS;
}

/** Waits for what the job needs, and runs it. Returns why it has not begun; undefined when its message can be deleted. */
async function admitAndRun(
  services: RunServices,
  definition: Definition,
  delivery: Received,
): Promise<Held | undefined> {
  const { name, ordered } = definition;
  if (await isPaused(services, name)) return PAUSED;
  const job = ordered ? await services.store.jobs.readJob(delivery.message.job) : undefined;
  // The process that ends the job before this one sends this job's message again.
  if (job && !(await hasPredecessorEnded(services, job))) return undefined;
  const by = services.newId();
  const admitted = await waitForPermit(services, { definition, group: job?.group, by }, delivery);
  if (!('permit' in admitted)) return admitted;
  const { permit, shortened } = admitted;
  try {
    return await claimAndRun(services, definition, { ...delivery, shortened }, by, permit);
  } finally {
    await Promise.all([permit.giveBack(), shortened]);
  }
}

async function waitForPermit(
  services: PermitServices & Pick<Services, 'queues' | 'controlOf'>,
  of: PermitOf & { readonly definition: Definition },
  delivery: Received,
): Promise<{ readonly permit: Permit; readonly shortened: Promise<void> } | Held> {
  const { clock } = services;
  const { name, lockTtlMs, heartbeatMs } = of.definition;
  let permit = await takePermits(services, of);
  if (permit) return { permit, shortened: delivery.shortened };
  const until = clock.now() + Math.min(PERMIT_WAIT_MS, (delivery.remainingMs?.() ?? NEVER_MS) / 2);
  // The message is hidden for `lockTtlMs` at a time. If this process dies, another one gets it after that.
  const hide = () => setMessageVisibility(services, 'jobs', name, delivery, lockTtlMs);
  let pause = FIRST_PERMIT_PAUSE_MS;
  for (let hiddenAt = clock.now(); permit === undefined && clock.now() < until; ) {
    await clock.sleep(pause * (0.5 + services.random()));
    pause = Math.min(LONGEST_PERMIT_PAUSE_MS, pause * 1.5);
    if (delivery.ending?.aborted) break;
    if (await isPaused(services, name)) return PAUSED;
    if (clock.now() - hiddenAt >= heartbeatMs) {
      await hide();
      hiddenAt = clock.now();
    }
    permit = await takePermits(services, of);
  }
  return permit === undefined ? { backIn: 0 } : { permit, shortened: hide() };
}

/** Claims the job and runs it. Waits for a lock or a retry that is about to be free or due. */
async function claimAndRun(
  services: RunServices,
  definition: Definition,
  delivery: Received,
  by: string,
  permit: Permit,
): Promise<Held | undefined> {
  const { clock, warn } = services;
  const { message } = delivery;
  const claim = await claimWhenDue(services, definition, delivery, by);
  if (claim === undefined) return PAUSED;
  if (claim.outcome === 'foreign' || (claim.outcome === 'missing' && 'inline' in message)) {
    await leaveForeign(services, definition.name, message, 'job' in claim ? claim.job : undefined);
    return undefined;
  }
  if (claim.outcome === 'missing') {
    warn('a message came for a job that is no more', undefined, { batch: definition.name, job: message.job });
    return undefined;
  }
  const { job } = claim;
  if (claim.outcome === 'ended') {
    // The process that ended the job may have died before it sent the message of the next one.
    if (definition.ordered) await wakeNext(services, job);
    return undefined;
  }
  if (claim.outcome === 'exhausted') {
    const closed = await closeJob(services, definition, job, { how: 'died' }, message);
    return closed ? undefined : { backIn: definition.lockTtlMs };
  }
  if (claim.outcome !== 'claimed') return { backIn: waitOf(claim, clock.now()) };

  const heartbeat = new Heartbeat(services, {
    job: job.id,
    by,
    lockTtlMs: definition.lockTtlMs,
    heartbeatMs: definition.heartbeatMs,
    alsoRenew: async () => {
      const hidden = setMessageVisibility(services, 'jobs', definition.name, delivery, definition.lockTtlMs);
      const renewed = await permit.renew().catch(error => {
        warn('a permit could not be renewed', error, aboutJob(job));
        return true;
      });
      await hidden;
      return renewed;
    },
  });
  heartbeat.start();
  const end = () => heartbeat.abort(ENDING);
  delivery.ending?.addEventListener('abort', end);
  if (delivery.ending?.aborted) end();
  try {
    // A handler may block or end its process, so that this request has to be answered first.
    await delivery.shortened;
    const isHidden = await runAttempt(services, {
      job,
      definition,
      message,
      by,
      heartbeat,
      comeBackAt: async at => {
        await heartbeat.settled();
        const backIn = Math.max(0, at - clock.now());
        await setMessageVisibility(services, 'jobs', definition.name, delivery, backIn);
      },
      limitMs: () => limitOf(definition, delivery),
      // The next job may begin while this one's end is written.
      handlerEnded: () => void permit.giveBack(),
    });
    return isHidden ? { isHidden } : undefined;
  } finally {
    delivery.ending?.removeEventListener('abort', end);
    await heartbeat.stop();
  }
}

/**
 * Claims the job. Waits for a lock that is about to lapse, and for an attempt that is about to be due. The pause is
 * read right before each claim, so that no job begins after a pause, wherever it has waited (invariant 12).
 *
 * @returns undefined when the batch is paused
 */
async function claimWhenDue(
  services: Pick<Services, 'store' | 'clock' | 'controlOf'>,
  definition: Definition,
  { message }: Delivery,
  by: string,
): Promise<ClaimResult | undefined> {
  const { store, clock } = services;
  for (;;) {
    const isHeld = () => isPaused(services, definition.name);
    if (await isHeld()) return undefined;
    const request = () => {
      const now = clock.now();
      return store.jobs.claim(
        message.job,
        {
          by,
          batch: definition.name,
          now,
          lockedUntil: now + definition.lockTtlMs,
          maxAttempts: definition.retries.max + 1,
          tags: definition.tags,
        },
        'inline' in message && message.inline.batch === definition.name ? message.inline : undefined,
      );
    };
    const claim = await untilAnswered(clock, request, isHeld);
    const wait = waitOf(claim, clock.now());
    if (wait === 0 || wait > SLEEP_AT_MOST_MS) return claim;
    await clock.sleep(wait);
  }
}

/** Computes how long until a refused claim may succeed, in ms. */
function waitOf(claim: ClaimResult, now: number): number {
  if (claim.outcome === 'busy') return Math.max(1, (claim.job.lockedUntil ?? now) - now + 1);
  if (claim.outcome === 'early') return Math.max(1, (claim.job.notBefore ?? now) - now);
  return 0;
}

/** Computes a handler's time in ms: its timeout, or what its function has left if that is less. */
function limitOf({ timeout = Number.POSITIVE_INFINITY }: Definition, { remainingMs }: Delivery): number {
  const left = remainingMs ? Math.max(0, Math.round(remainingMs() - END_MARGIN_MS)) : NEVER_MS;
  return Math.min(timeout, left);
}

/** The longest time of a timer, 2³¹ − 1 ms, for a process without a time limit. */
const NEVER_MS = 2_147_483_647;
