import type { Definition } from '../definition/options.ts';
import type { ClaimResult } from '../store/job-ports.ts';
import { holdsJobs } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { runAttempt } from './attempt.ts';
import { closeExhausted } from './close-exhausted.ts';
import { comeBackIn, type Delivery, type DeliveryResult } from './delivery.ts';
import { Lifeline } from './lifeline.ts';
import { isFirstInLine, wakeNext } from './order.ts';
import { park } from './park.ts';
import { type Permit, type PermitOf, takePermits } from './permits.ts';

/** What is at most so far off is waited for here: a message's return is set in whole seconds. */
const SLEEP_AT_MOST_MS = 1_500;
/** For how long, and how often, a permit is waited for; meanwhile nobody else is kept busy with the message. */
const PERMIT_PATIENCE_MS = 20_000;
const PERMIT_EVERY_MS = 250;
/** A job that could not be parked, since it runs or its batch was resumed meanwhile, is looked at again so soon. */
const PARK_AGAIN_MS = 1_000;
/** What a handler that takes all the function's time leaves for writing down how it ended. */
const END_MARGIN_MS = 5_000;

/** A delivery, and when its message's visibility is the lock's. */
type Received = Delivery & { readonly shortened: Promise<void> };

/**
 * Runs the job that a message points to, if it may run now. A message too many is harmless: the record tells whether
 * the job has ended or runs already.
 */
export async function runJob(
  services: Services,
  definition: Definition,
  delivery: Delivery,
): Promise<DeliveryResult> {
  const { name, lockTtlMs } = definition;
  // the queue's own visibility is as long as the function's timeout; from here on it is the lock's
  const shortened = comeBackIn(services, 'jobs', name, delivery, lockTtlMs);
  const backIn = await admitAndRun(services, definition, { ...delivery, shortened });
  await shortened;
  if (backIn === undefined) return 'done';
  await comeBackIn(services, 'jobs', name, delivery, backIn);
  return 'again';
}

/** Returns in how many ms the message has to come back; undefined: it need not. */
async function admitAndRun(
  services: Services,
  definition: Definition,
  delivery: Received,
): Promise<number | undefined> {
  const { name, ordered } = definition;
  if (holdsJobs(await services.controlOf(name))) {
    return (await park(services, name, delivery)) === 'done' ? undefined : PARK_AGAIN_MS;
  }
  const job = ordered ? await services.store.jobs.readJob(delivery.message.job) : undefined;
  // whoever ends the window before this one sends this one's message
  if (job && !(await isFirstInLine(services, job))) return undefined;
  const by = services.newId();
  const permit = await waitForPermit(services, { definition, group: job?.group, by }, delivery);
  if (permit === undefined) return 0;
  try {
    return await claimAndRun(services, definition, delivery, by, permit);
  } finally {
    await permit
      .release()
      .catch(error => services.warn('a permit was not released; it will lapse', error, { batch: name }));
  }
}

async function waitForPermit(
  services: Services,
  of: PermitOf & { readonly definition: Definition },
  delivery: Delivery,
): Promise<Permit | undefined> {
  const { clock } = services;
  const { name, lockTtlMs, heartbeatMs } = of.definition;
  let permit = await takePermits(services, of);
  if (permit) return permit;
  const until = clock.now() + Math.min(PERMIT_PATIENCE_MS, (delivery.remainingMs?.() ?? NEVER_MS) / 2);
  // never hidden for longer than the lock: should this process die, the message is another's as soon as any
  const hide = () => comeBackIn(services, 'jobs', name, delivery, lockTtlMs);
  for (let hiddenAt = clock.now(); permit === undefined && clock.now() < until; ) {
    await clock.sleep(PERMIT_EVERY_MS * (0.5 + services.random()));
    if (clock.now() - hiddenAt >= heartbeatMs) {
      await hide();
      hiddenAt = clock.now();
    }
    permit = await takePermits(services, of);
  }
  if (permit) await hide();
  return permit;
}

/** Claims the job and runs it; what is about to become free or due is waited for. */
async function claimAndRun(
  services: Services,
  definition: Definition,
  delivery: Received,
  by: string,
  permit: Permit,
): Promise<number | undefined> {
  const { clock, warn } = services;
  const { message } = delivery;
  const claim = await claimWhenDue(services, definition, delivery, by);
  if (claim.outcome === 'missing') {
    warn('a message came for a job that is no more', undefined, { batch: definition.name, job: message.job });
    return undefined;
  }
  const { job } = claim;
  if (claim.outcome === 'ended') {
    // whoever ended it may have died before it woke the next in line
    if (definition.ordered) await wakeNext(services, job);
    return undefined;
  }
  if (claim.outcome === 'exhausted') {
    return (await closeExhausted(services, definition, job, message)) ? undefined : definition.lockTtlMs;
  }
  if (claim.outcome !== 'claimed') return waitOf(claim, clock.now());

  const lifeline = new Lifeline(services, {
    job: job.id,
    by,
    lockTtlMs: definition.lockTtlMs,
    heartbeatMs: definition.heartbeatMs,
    alsoRenew: async () => {
      const hidden = comeBackIn(services, 'jobs', definition.name, delivery, definition.lockTtlMs);
      const renewed = await permit.renew().catch(error => {
        warn('a permit could not be renewed', error, aboutJob(job));
        return true;
      });
      await hidden;
      return renewed;
    },
  });
  lifeline.start();
  try {
    // a handler may kill its process, or keep it busy, before another request gets out
    await delivery.shortened;
    return await runAttempt(services, {
      job,
      definition,
      message,
      by,
      lifeline,
      limitMs: () => limitOf(definition, delivery),
    });
  } finally {
    await lifeline.stop();
  }
}

/** Claims the job; a lock about to lapse, and an attempt about to be due, are waited for. */
async function claimWhenDue(
  { store, clock }: Services,
  definition: Definition,
  { message }: Delivery,
  by: string,
): Promise<ClaimResult> {
  for (;;) {
    const now = clock.now();
    const claim = await store.jobs.claim(
      message.job,
      {
        by,
        now,
        lockedUntil: now + definition.lockTtlMs,
        maxAttempts: definition.retries.max + 1,
        tags: definition.tags,
      },
      'inline' in message ? message.inline : undefined,
    );
    const wait = waitOf(claim, clock.now());
    if (wait === 0 || wait > SLEEP_AT_MOST_MS) return claim;
    await clock.sleep(wait);
  }
}

/** How long until a refused claim may succeed. */
function waitOf(claim: ClaimResult, now: number): number {
  if (claim.outcome === 'busy') return Math.max(1, (claim.job.lockedUntil ?? now) - now + 1);
  if (claim.outcome === 'early') return Math.max(1, (claim.job.notBefore ?? now) - now);
  return 0;
}

/** A handler's time: its timeout, and no more than its function has left. */
function limitOf({ timeout = Number.POSITIVE_INFINITY }: Definition, { remainingMs }: Delivery): number {
  const left = remainingMs ? Math.max(0, Math.round(remainingMs() - END_MARGIN_MS)) : NEVER_MS;
  return Math.min(timeout, left);
}

/** Longer than any process lives that nothing ends; a timer takes at most 2³¹ − 1 ms. */
const NEVER_MS = 2_147_483_647;
