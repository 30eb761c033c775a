import type { BufferKey } from '../store/records.ts';
import type { Services } from '../store/services.ts';

/** Tries of an update that others may be making too; who loses them all has seen as many flushes granted. */
const TRIES = 5;

/** What a throttle grants. */
export interface Grant {
  /** Windows that may be sealed now. */
  readonly granted: number;
  /** When they are counted to begin: what is sealed by this grant says so of itself, however long the update took. */
  readonly at: number;
  /** When the next one may be, in ms since the epoch. */
  readonly retryAt: number;
  /** Gives back what was granted and not used. */
  readonly giveBack: (unused: number) => Promise<void>;
}

/** Times that are kept at the most: as many as the largest `max` needs. */
const LOG_LENGTH = 1_000;
const FREE = async (): Promise<void> => {};

/** What a process remembers of being refused, so that each add to a throttled buffer need not ask anew. */
interface Refusal {
  readonly retryAt: number;
  /** Windows that it has armed a timer for, as many as it remembers. */
  readonly armed: Set<string>;
}

/** A throttle may hold back as many windows as there are groups, for a day, and each may be named in a kilobyte. */
const REMEMBERED = 10_000;

const refusals = new WeakMap<Services, Map<string, Refusal>>();

/**
 * Asks a batch's throttle for `wanted` flushes. The times of the last `max` ones are kept, so that no span of
 * `duration`, wherever it begins, has more than `max`. A process that dies with a grant has merely used it.
 *
 * @param demanded by an operator: it counts, and does not wait
 */
export async function takeFlushes(
  services: Services,
  batch: string,
  wanted: number,
  demanded: boolean,
): Promise<Grant> {
  const { store, clock, definitionOf } = services;
  const throttle = definitionOf(batch)?.throttle;
  if (throttle === undefined) return { granted: wanted, at: clock.now(), retryAt: 0, giveBack: FREE };
  const refused = refusals.get(services)?.get(batch);
  if (!demanded && refused !== undefined && refused.retryAt > clock.now()) {
    return { granted: 0, at: clock.now(), retryAt: refused.retryAt, giveBack: FREE };
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const { version, at } = await store.controls.readThrottle(batch);
    const now = clock.now();
    const { granted, next, retryAt } = grant(at, throttle, wanted, now, demanded);
    if (granted === 0) return { granted, at: now, retryAt, giveBack: FREE };
    if (await store.controls.writeThrottle(batch, version, next)) {
      const giveBack = async (unused: number) => {
        if (unused > 0) {
          await store.controls.writeThrottle(batch, version + 1, next.slice(0, next.length - unused));
        }
      };
      return { granted, at: now, retryAt, giveBack };
    }
  }
  const now = clock.now();
  return { granted: demanded ? wanted : 0, at: now, retryAt: now + throttle.duration, giveBack: FREE };
}

/**
 * Whether this process has been refused this window for the first time since the throttle last granted anything. Never,
 * where it remembers as many as it may: those are the ticker's.
 */
export function isFirstRefusal(
  services: Services,
  { batch, group, shard }: BufferKey,
  window: number,
  retryAt: number,
): boolean {
  const batches = refusals.get(services) ?? new Map<string, Refusal>();
  refusals.set(services, batches);
  const known = batches.get(batch);
  const refusal = known?.retryAt === retryAt ? known : { retryAt, armed: new Set<string>() };
  batches.set(batch, refusal);
  const name = JSON.stringify([group ?? null, shard, window]);
  if (refusal.armed.size >= REMEMBERED || refusal.armed.has(name)) return false;
  refusal.armed.add(name);
  return true;
}

/**
 * How many flushes may begin now.
 *
 * @param at when the last ones began, ascending
 */
export function grant(
  at: readonly number[],
  { max, duration }: { readonly max: number; readonly duration: number },
  wanted: number,
  now: number,
  demanded = false,
): { readonly granted: number; readonly next: readonly number[]; readonly retryAt: number } {
  const recent = at.filter(time => time > now - duration);
  const granted = demanded ? wanted : Math.min(wanted, Math.max(0, max - recent.length));
  const next = [...recent, ...Array.from({ length: granted }, () => now)]
    .sort((a, b) => a - b)
    .slice(-LOG_LENGTH);
  // the next one may begin when so many have left the span that less than max are in it
  const first = next[next.length - max];
  return { granted, next, retryAt: first === undefined ? now : first + duration };
}
