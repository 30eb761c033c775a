import { armTimer } from '../buffer/arm-timer.ts';
import { flushTimeOf } from '../buffer/line.ts';
import { publishAll } from '../buffer/publish.ts';
import { pullIn } from '../buffer/pull-in.ts';
import { seal } from '../buffer/seal.ts';
import type { BufferKey, Head } from '../store/records.ts';
import type {
  LineServices,
  PublishServices,
  SealServices,
  Services,
  StoreAccess,
} from '../store/services.ts';
import { backoffMs, pausedLookMs } from './backoff.ts';
import type { Look } from './look.ts';

/** What the ticker has to do for a buffer, told by its head. Each is a kind of its own, so that none waits for others. */
export function workOf(head: Head, { now, sealedBefore }: Pick<Look, 'now' | 'sealedBefore'>): string {
  if (head.open && head.open.ttl.due <= now) return 'retention';
  if (head.pending.some(({ sealedAt }) => sealedAt <= sealedBefore)) return 'markers';
  return head.open && flushTimeOf(head.open) > now ? 'timers' : 'windows';
}

/** Puts a buffer right: publishes what is sealed, seals what is due, arms timers. */
export async function repairBuffer(
  services: SealServices,
  buffer: BufferKey,
  seen: Head,
  look: Look,
): Promise<void> {
  const { store, clock } = services;
  const { report, until } = look;
  let head = seen;
  if (await publishLeft(services, buffer, head, look)) {
    const after = await store.heads.readHead(buffer);
    if (after === undefined) return;
    head = after;
  }
  head = await pullIn(services, buffer, head, services.newId());
  if ((await look.controlOf(buffer.batch)).paused) {
    // resume finds it, whenever it is looked at again
    return store.headSchedules.putOff(buffer, head, putOffTo(head, clock.now(), pausedLookMs(head.fails)));
  }
  const sealed = await seal(services, buffer, head, { until });
  report.sealed += sealed.length;
  recovered(services, buffer.batch, sealed.length);
  if (await armWhenNear(services, buffer, head, look.queuesLost)) report.armed += 1;
  else if (sealed.length === 0) await moveOn(services, buffer);
  else if (clock.now() >= until) await goOnSoon(services, buffer);
}

/**
 * Publishes the windows whose sealer left them behind, also of a batch that is not deployed: a marker that stayed would
 * outlive the record of its job, and have the job run again.
 *
 * @returns whether there were any
 */
export async function publishLeft(
  services: PublishServices & Pick<Services, 'measure'>,
  buffer: BufferKey,
  head: Head,
  { sealedBefore, report }: Look,
): Promise<boolean> {
  const { epoch, pending } = head;
  const left = pending.filter(({ sealedAt }) => sealedAt <= sealedBefore);
  await publishAll(
    services,
    left.map(sealed => ({ buffer, epoch, sealed, head })),
  );
  report.published += left.length;
  recovered(services, buffer.batch, left.length);
  return left.length > 0;
}

/** A look whose time was up may have left full windows, which the next one seals. */
async function goOnSoon({ store, clock }: StoreAccess, buffer: BufferKey): Promise<void> {
  const head = await store.heads.readHead(buffer);
  if (head?.open && head.next - head.base >= head.open.cap) {
    await store.headSchedules.lookAgain(buffer, head, clock.now());
  }
}

/** Arms the timer of a window that is in the index for this, and moves it on to its deadline. */
async function armWhenNear(
  services: LineServices,
  buffer: BufferKey,
  head: Head,
  queuesLost: boolean,
): Promise<boolean> {
  const now = services.clock.now();
  const { open } = head;
  if (open === undefined || flushTimeOf(open) <= now || (open.armAt > now && !queuesLost)) return false;
  if (!(await armTimer(services, buffer, head))) return false;
  // should this process die before, the timer is armed twice: the second finds the window sealed
  if (head.pending.length === 0) await services.store.headSchedules.setArmed(buffer, head);
  return true;
}

/** Invariant 11: what was looked at in vain does not stand before others at the next look. */
async function moveOn({ store, clock }: StoreAccess, buffer: BufferKey): Promise<void> {
  const head = await store.heads.readHead(buffer);
  const now = clock.now();
  if (head?.dueAt === undefined || head.dueAt > now) return;
  // the place in the index is a window's before: there is nothing to be done yet
  if (head.open && head.pending.length === 0 && head.open.armAt > now) {
    return store.headSchedules.lookAgain(buffer, head, head.open.armAt);
  }
  await store.headSchedules.putOff(buffer, head, putOffTo(head, now, backoffMs(head.fails)));
}

/** When a head is looked at again, so many milliseconds from now: at its deadline or turn, if that is sooner. */
export function putOffTo({ open }: Head, now: number, afterMs: number): number {
  const at = now + afterMs;
  return open && flushTimeOf(open) > now ? Math.min(at, flushTimeOf(open)) : at;
}

export function recovered({ measure }: Pick<Services, 'measure'>, batch: string, count: number): void {
  if (count > 0) measure(batch, { Recoveries: count });
}
