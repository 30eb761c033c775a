import type { Grant } from '../limits/throttle.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head, SealedWindowOf } from '../store/head.ts';
import type { Sealing, SealResult } from '../store/head-ports.ts';
import type { PublishServices, Services } from '../store/services.ts';
import { untilAnswered } from '../until-answered.ts';
import { publishAll } from './publish.ts';
import type { SealPlan } from './seal-plan.ts';

/**
 * An update that took less time than this and was refused has sealed nothing. A longer one may have been applied, lost
 * its answer and been repeated. Meanwhile the ticker, which waits for 2 s, may have published its windows and cleared
 * the markers that name this seal.
 */
const SURELY_REFUSED_WITHIN_MS = 1_500;

/** Characters of a seal's name. Each marker has it, and each reservation pays for the markers of its head. */
const NAME_LENGTH = 12;

/** Makes a name for a seal, which no other seal of its head has: the random end of a UUID. */
export const nameSeal = ({ newId }: Pick<Services, 'newId'>): string => newId().slice(-NAME_LENGTH);

/** How one conditional update that seals has ended. Its head is the one that the clear of its markers has left. */
export interface SealStep extends SealResult {
  /** Names the seal, in the markers that it has made and in the window that it has left open. */
  readonly by: string;
  /** The windows that it has sealed. They are published. */
  readonly own: readonly SealedWindowOf[];
  /** Whether flushes were given back. Other windows may wait for them. */
  readonly gaveBack: boolean;
}

/**
 * Seals as many of the planned windows as flushes were granted for, and publishes them. Flushes that sealed nothing, since
 * another process sealed first, are given back. Where it is not certain that they sealed nothing, they stay counted.
 *
 * @param isHeld whether nothing may be sealed now. It is asked right before each request
 * @param clearFrom the markers are cleared at this time or later. Default: at once
 * @returns undefined when nothing may be sealed
 */
export async function sealStep(
  services: PublishServices & Pick<Services, 'newId'>,
  buffer: BufferKey,
  head: Head & { readonly open: NonNullable<Head['open']> },
  plan: SealPlan,
  grant: Grant,
  isHeld: () => Promise<boolean>,
  clearFrom?: number,
): Promise<SealStep | undefined> {
  const { seals } = services.store;
  const sealing: Sealing = { reason: plan.reason, now: grant.at, by: nameSeal(services) };
  const update = () =>
    plan.kind === 'open'
      ? seals.sealOpen(buffer, { ...head, ...head.open }, sealing)
      : seals.sealFull(buffer, head, Math.min(plan.windows, grant.granted), sealing, plan.cap);
  if (await isHeld()) {
    await grant.giveBack(grant.granted);
    return undefined;
  }
  // The update is repeated until an answer comes: a flush with an unknown outcome would stay counted for its whole
  // duration.
  const result = await untilAnswered(services.clock, update, isHeld);
  const own = ownOf(buffer, sealing, result);
  const isCertain = own.length > 0 || services.clock.now() - grant.at < SURELY_REFUSED_WITHIN_MS;
  const unused = isCertain ? grant.granted - own.length : 0;
  await grant.giveBack(unused);
  const cleared = await publishAll(services, own, clearFrom);
  return { ...result, head: cleared ?? result.head, by: sealing.by, own, gaveBack: unused > 0 };
}

const ownOf = (buffer: BufferKey, { by }: Sealing, { head }: SealResult): SealedWindowOf[] =>
  (head?.pending ?? [])
    .filter(({ sealedBy }) => sealedBy === by)
    .flatMap(sealed => (head ? { buffer, epoch: head.epoch, sealed, head } : []));

/**
 * Publishes the windows that a seal has sealed. The markers name the seal. So its windows are known also when the
 * answer to its update was lost and the repeated update was refused.
 *
 * @returns the windows, and the head as it is then
 */
export async function publishOwn(
  services: PublishServices,
  buffer: BufferKey,
  sealing: Sealing,
  result: SealResult,
): Promise<{ readonly own: readonly SealedWindowOf[]; readonly head: Head | undefined }> {
  const own = ownOf(buffer, sealing, result);
  const cleared = await publishAll(services, own);
  return { own, head: cleared ?? result.head };
}
