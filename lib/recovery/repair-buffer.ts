import { armTimer } from '../buffer/arm-timer.ts';
import { publishAll } from '../buffer/publish.ts';
import { pullIn } from '../buffer/pull-in.ts';
import { seal } from '../buffer/seal.ts';
import { flushTimeOf } from '../buffer/throttle-line.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { Head } from '../store/head.ts';
import type {
  LineServices,
  PublishServices,
  SealServices,
  Services,
  StoreAccess,
} from '../store/services.ts';
import { backoffMs, pausedLookMs } from './backoff.ts';
import type { Look } from './look.ts';

/**
 * Names the kind of work that the ticker has for a buffer. Each kind has a lane of its own, so that none waits for
 * another.
 */
export function workOf(head: Head, { now, sealedBefore }: Pick<Look, 'now' | 'sealedBefore'>): string {
  if (head.open && head.open.ttl.due <= now) return 'retention';
  if (head.pending.some(({ sealedAt }) => sealedAt <= sealedBefore)) return 'markers';
  return head.open && flushTimeOf(head.open) > now ? 'timers' : 'windows';
}

/** Repairs a buffer: publishes sealed windows, seals due ones, arms timers. */
export async function repairBuffer(
  services: SealServices,
  buffer: BufferKey,
  seen: Head,
  look: Look,
): Promise<void> {
  const { store, clock } = services;
  const { report, until } = look;
  const published = await publishLeft(services, buffer, seen, look);
  if (published === undefined) return;
  const head = await pullIn(services, buffer, published, services.newId());
  if ((await look.controlOf(buffer.batch)).paused) {
    // `resume` finds the buffer by itself, so that the ticker may look again late.
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
 * Publishes windows whose sealer died before it had published them, also of a batch that is not deployed. Otherwise
 * their markers could outlive the records of their jobs, and the jobs would run again.
 *
 * @returns the head as it is then; undefined if there is none any more
 */
export async function publishLeft(
  services: PublishServices & Pick<Services, 'measure'>,
  buffer: BufferKey,
  head: Head,
  { sealedBefore, report }: Look,
): Promise<Head | undefined> {
  const { epoch, pending } = head;
  const left = pending.filter(({ sealedAt }) => sealedAt <= sealedBefore);
  if (left.length === 0) return head;
  const cleared = await publishAll(
    services,
    left.map(sealed => ({ buffer, epoch, sealed, head })),
  );
  report.published += left.length;
  recovered(services, buffer.batch, left.length);
  return cleared;
}

/** Has the next look seal full windows that are left because this look's time was up. */
async function goOnSoon({ store, clock }: StoreAccess, buffer: BufferKey): Promise<void> {
  const head = await store.heads.readHead(buffer);
  if (head?.open && head.next - head.base >= head.open.cap) {
    await store.headSchedules.lookAgain(buffer, head, clock.now());
  }
}

/** Arms a window's timer when it is near enough, and moves the head in the index to the window's deadline or turn. */
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
  // If this process dies before, the timer is armed twice. The second one finds the window sealed.
  if (head.pending.length === 0) await services.store.headSchedules.setArmed(buffer, head);
  return true;
}

/**
 * Puts off a head that this look could not change, so that it does not stand before others at the next look (invariant
 * 11).
 */
async function moveOn({ store, clock }: StoreAccess, buffer: BufferKey): Promise<void> {
  const head = await store.heads.readHead(buffer);
  const now = clock.now();
  if (head?.dueAt === undefined || head.dueAt > now) return;
  // The entry is still that of an earlier window. This window has time.
  if (head.open && head.pending.length === 0 && head.open.armAt > now) {
    return store.headSchedules.lookAgain(buffer, head, head.open.armAt);
  }
  await store.headSchedules.putOff(buffer, head, putOffTo(head, now, backoffMs(head.fails)));
}

/** Computes when the ticker looks at a head again: after so many ms, or at its deadline or turn if that is sooner. */
export function putOffTo({ open }: Head, now: number, afterMs: number): number {
  const at = now + afterMs;
  return open && flushTimeOf(open) > now ? Math.min(at, flushTimeOf(open)) : at;
}

export function recovered({ measure }: Pick<Services, 'measure'>, batch: string, count: number): void {
  if (count > 0) measure(batch, { Recoveries: count });
}
