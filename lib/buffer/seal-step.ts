import type { Grant } from '../limits/throttle.ts';
import type { Sealing, SealResult } from '../store/head-ports.ts';
import type { BufferKey, Head, SealedWindowOf } from '../store/records.ts';
import type { PublishServices, Services } from '../store/services.ts';
import { untilAnswered } from '../until-answered.ts';
import { publishAll } from './publish.ts';
import type { SealPlan } from './seal-plan.ts';

/**
 * An update that took longer may have been applied, and repeated since its answer was lost; meanwhile the ticker may have
 * published its windows and taken the markers away that tell whose they were. It waits for 2 s before it does.
 */
const SURELY_REFUSED_WITHIN_MS = 1_500;

/** What became of one conditional update that seals. */
export interface SealStep extends SealResult {
  /** Names the seal: in the markers that it has made, and in a window that it has left open. */
  readonly by: string;
  /** The windows that it has sealed. They are published. */
  readonly own: readonly SealedWindowOf[];
  /** Whether flushes were given back, which others may wait for. */
  readonly gaveBack: boolean;
}

/**
 * Seals what is planned, as far as flushes were granted, and publishes it. Flushes that sealed nothing are given back:
 * somebody else's seal came first. Where that is not certain they stay counted.
 *
 * @param isHeld whether nothing may be sealed now; it is asked right before each request
 * @returns undefined when nothing may be sealed
 */
export async function sealStep(
  services: PublishServices & Pick<Services, 'newId'>,
  buffer: BufferKey,
  head: Head & { readonly open: NonNullable<Head['open']> },
  plan: SealPlan,
  grant: Grant,
  isHeld: () => Promise<boolean>,
): Promise<SealStep | undefined> {
  const { seals } = services.store;
  const sealing: Sealing = { reason: plan.reason, now: grant.at, by: services.newId() };
  const update = () =>
    plan.kind === 'open'
      ? seals.sealOpen(buffer, { ...head, ...head.open }, sealing)
      : seals.sealFull(buffer, head, Math.min(plan.windows, grant.granted), sealing, plan.cap);
  if (await isHeld()) {
    await grant.giveBack(grant.granted);
    return undefined;
  }
  // a flush whose outcome nobody knows would stay counted for its whole duration, without need
  const result = await untilAnswered(services.clock, update, isHeld);
  const own = ownOf(buffer, sealing, result);
  const isCertain = own.length > 0 || services.clock.now() - grant.at < SURELY_REFUSED_WITHIN_MS;
  const unused = isCertain ? grant.granted - own.length : 0;
  await grant.giveBack(unused);
  await publishAll(services, own);
  return { ...result, by: sealing.by, own, gaveBack: unused > 0 };
}

const ownOf = (buffer: BufferKey, { by }: Sealing, { head }: SealResult): SealedWindowOf[] =>
  (head?.pending ?? [])
    .filter(({ sealedBy }) => sealedBy === by)
    .flatMap(sealed => (head ? { buffer, epoch: head.epoch, sealed, head } : []));

/**
 * Publishes what a seal has sealed. The markers tell whose seal it was, also when the update's first answer was
 * lost and its repetition refused.
 */
export async function publishOwn(
  services: PublishServices,
  buffer: BufferKey,
  sealing: Sealing,
  result: SealResult,
): Promise<SealedWindowOf[]> {
  const own = ownOf(buffer, sealing, result);
  await publishAll(services, own);
  return own;
}
