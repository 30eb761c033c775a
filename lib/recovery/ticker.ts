import type { DueEntry } from '../store/records.ts';
import type { SealServices, Services } from '../store/services.ts';
import { beginLook, emptyReport, type RepairReport } from './look.ts';
import { measureAges } from './measure-ages.ts';
import { repairAll } from './repair.ts';
import { repairLines } from './repair-lines.ts';
import { findReturned, takeUpReturned } from './returned.ts';
import { scan } from './scan.ts';
import { nameOf, TickerMemory } from './ticker-memory.ts';

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
const TIMER_GRACE_MS = 2_000;
/** A look begins nothing more after so long, so that what has become due meanwhile is seen. */
const LOOK_MS = 5_000;
/** The ticker stays awake until nothing was overdue for so long: longer than a drain is left alone between two looks. */
const QUIET_MS = 10_000;
/** Calls that are under way when the ticker has to end are waited for so long, and then left. */
const GRACE_MS = 20_000;

/**
 * One waking of the ticker: looks at the index, puts right what is overdue (due windows, full ones whose sealer died,
 * markers left behind, windows further out than a timer reaches, lost jobs), and keeps alive what is held back. It goes on
 * looking every `tickIntervalMs` while it finds anything overdue, and for a few seconds more. What will be due soon is left
 * to timers, and to the next waking. With nothing overdue it costs one request, and ends. So it does after one look when it
 * meets what a later version has stored.
 *
 * @param until when it begins no further look, in ms since the epoch. It has ended 20 s later, whatever calls hang
 * @param memory what this process remembers from one waking to the next
 * @returns what it did; `standby` when another ticker was at it
 */
export async function runTicker(
  services: SealServices & Pick<Services, 'definitions'>,
  until: number,
  options: TickerOptions = {},
  memory: TickerMemory = new TickerMemory(),
): Promise<RepairReport & { readonly standby: boolean }> {
  const { clock } = services;
  const report = { ...emptyReport(), standby: false };
  let cancel = () => {};
  const late = new Promise<void>(resolve => {
    cancel = clock.after(Math.max(0, until + GRACE_MS - clock.now()), resolve);
  });
  try {
    await Promise.race([late, look(services, until, options, memory, report)]);
  } finally {
    cancel();
  }
  return { ...report };
}

async function look(
  services: SealServices & Pick<Services, 'definitions'>,
  until: number,
  { tickIntervalMs, leaderElection, ending }: TickerOptions,
  memory: TickerMemory,
  report: RepairReport & { standby: boolean },
): Promise<void> {
  const { store, clock, newId } = services;
  const interval = tickIntervalMs ?? TICKER_DEFAULTS.tickIntervalMs;
  const elected = leaderElection ?? TICKER_DEFAULTS.leaderElection;
  const by = newId();
  const lead = () => store.leases.acquire(LEASE, by, clock.now(), clock.now() + LEASE_MS + interval);

  let leading = false;
  try {
    for (let [first, quietFrom] = [true, clock.now()]; ; first = false) {
      const before = clock.now() - TIMER_GRACE_MS;
      // the first look is at what comes later too, so that what waits can be told; who has nothing to look at pays for no more
      const { entries, strays } = await scan(services, memory, before, first);
      if (first) await measureAges(services, entries);
      if (first) await repairLines(services, clock.now() + LOOK_MS);
      const returned = first ? await findReturned(services, memory) : [];
      const overdue = [...entries.filter(entry => isOverdue(entry, before)), ...strays];
      if (overdue.length > 0 || returned.length > 0) {
        quietFrom = clock.now() + QUIET_MS;
        if (elected) leading = await lead();
        report.standby = elected && !leading;
        if (report.standby) break;
        const shared = { until: clock.now() + LOOK_MS, sealedBefore: before, memory, report };
        await takeUpReturned(services, returned, { ...shared, queuesLost: true });
        const taken = new Set(returned.flatMap(({ entries: left }) => left.map(nameOf)));
        const due = overdue.filter(entry => !taken.has(nameOf(entry)));
        await repairAll(services, due, beginLook(services, { ...shared, queuesLost: false }));
        // what is left is a later version's, whose ticker waits for this one's lease
        if (report.newer > 0) break;
      }
      if (clock.now() >= quietFrom || clock.now() + interval >= until) break;
      await sleepUntil(clock.sleep(interval), ending);
      if (ending?.aborted) break;
    }
  } finally {
    if (leading) await store.leases.release(LEASE, by);
  }
  await memory.lanes.idle(clock, until + GRACE_MS);
}

const isOverdue = ({ dueAt }: DueEntry, before: number): boolean => dueAt <= before;

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
