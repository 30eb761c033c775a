import type { Services } from '../store/services.ts';
import { measureAges } from './measure-ages.ts';
import { dueEntries, emptyReport, type RepairReport, repairAll } from './repair.ts';

export interface TickerOptions {
  /** Milliseconds between two looks while there is something to look at. Default 1,000. */
  readonly tickIntervalMs?: number;
  /** Whether only one ticker at a time works. It spares work; no promise hangs on it. Default true. */
  readonly leaderElection?: boolean;
  /** Aborted when the process ends: it ends after the look that it is at. Default: never. */
  readonly ending?: AbortSignal;
}

export const TICKER_DEFAULTS: Required<Omit<TickerOptions, 'ending'>> = {
  tickIntervalMs: 1_000,
  leaderElection: true,
};

/** The lease outlives a look by far, and a dead leader's has lapsed when the ticker is woken next. */
const LEASE = 'ticker';
const LEASE_MS = 15_000;
/**
 * What has been due for less is left to those whose work it is: the timer, and the sealer between its marker and
 * its message. The ticker is there for what they did not do.
 */
const PATIENCE_MS = 2_000;

/**
 * One waking of the ticker: looks at the index, puts right what is due (due windows, full ones whose sealer died,
 * markers left behind, windows further out than a timer reaches, lost jobs), and goes on looking every
 * `tickIntervalMs` while something will be due before it has to end. With nothing due it costs one query per
 * index partition, and ends. So it does after one look when it meets what a later version has stored.
 *
 * @param until when it has to end, in ms since the epoch
 * @returns what it did; `standby` when another ticker was at it
 */
export async function runTicker(
  services: Services,
  until: number,
  { tickIntervalMs, leaderElection, ending }: TickerOptions = {},
): Promise<RepairReport & { readonly standby: boolean }> {
  const { store, clock, newId } = services;
  const interval = tickIntervalMs ?? TICKER_DEFAULTS.tickIntervalMs;
  const elected = leaderElection ?? TICKER_DEFAULTS.leaderElection;
  const by = newId();
  const report = emptyReport();
  const lead = () => store.leases.acquire(LEASE, by, clock.now(), clock.now() + LEASE_MS + interval);

  let leading = false;
  let standby = false;
  try {
    for (let first = true; ; first = false) {
      const before = clock.now() - PATIENCE_MS;
      const horizon = until - PATIENCE_MS;
      // the first look is at everything, so that what waits can be told; who has nothing to look at pays for no more
      const found = await dueEntries(services, first ? Number.MAX_SAFE_INTEGER : horizon);
      if (first) await measureAges(services, found);
      const entries = found.filter(({ dueAt }) => dueAt <= horizon);
      if (entries.length === 0) break;
      // an idle deployment pays for no lease
      if (elected) leading = await lead();
      standby = elected && !leading;
      if (standby) break;
      const due = entries.filter(({ dueAt }) => dueAt <= before);
      await repairAll(services, due, { sealedBefore: before }, report);
      // what is left is a later version's, whose ticker waits for this one's lease
      if (report.newer > 0) break;
      if (clock.now() + interval >= until) break;
      await sleepUntil(clock.sleep(interval), ending);
      if (ending?.aborted) break;
    }
  } finally {
    if (leading) await store.leases.release(LEASE, by);
  }
  return { ...report, standby };
}

/** Waits for a sleep to be over, or for the end of the process. */
async function sleepUntil(asleep: Promise<void>, ending: AbortSignal | undefined): Promise<void> {
  if (ending === undefined) return asleep;
  let wake = (): void => {};
  const ended = new Promise<void>(resolve => {
    wake = resolve;
  });
  ending.addEventListener('abort', wake);
  await Promise.race([asleep, ended]);
  ending.removeEventListener('abort', wake);
}
