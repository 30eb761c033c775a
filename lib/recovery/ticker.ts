import type { DueEntry } from '../store/due-entry.ts';
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
  /** Whether only one ticker works at a time. It saves work, and no promise depends on it. Default true. */
  readonly leaderElection?: boolean;
  /** Aborted when the process ends. The ticker then ends after the current look. Default: never. */
  readonly ending?: AbortSignal;
}

export const TICKER_DEFAULTS: Required<Omit<TickerOptions, 'ending'>> = {
  tickIntervalMs: 1_000,
  leaderElection: true,
};

/** The lease lasts much longer than a look. A dead leader's lease has lapsed when the ticker is invoked next. */
const LEASE = 'ticker';
const LEASE_MS = 15_000;
/**
 * The ticker leaves entries alone that have been due for less time than this. The window's timer may still seal, or
 * the sealer may still publish.
 */
const TIMER_GRACE_MS = 2_000;
/** A look begins no repair after this time, so that the next look sees entries that have become due meanwhile. */
const LOOK_MS = 5_000;
/** The ticker goes on until nothing was overdue for this time. It is longer than the wait between two looks at a drain. */
const QUIET_MS = 10_000;
/** How long the ticker waits at its end for calls that still run. */
const GRACE_MS = 20_000;

/**
 * Runs the ticker once. It looks at the due index and repairs overdue entries: due windows, full windows whose sealer
 * died, markers that were left behind, timers that were too far out, lost jobs, records that would expire. It looks
 * again every `tickIntervalMs` while anything is overdue, and for 10 s more. Windows that are due soon are left to
 * their timers. With nothing overdue it costs one request. It ends after one look when it meets records of a later
 * version.
 *
 * @param until no look begins from this time on, in ms since the epoch. It has ended 20 s later, even if calls hang
 * @param memory what this process remembers from one invocation to the next
 * @returns what it did; `standby` when another ticker has the lease
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
      // The first look reads later entries too, to measure ages. Where the index is small it is the same one request.
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
        // The rest belongs to a later version. Its ticker waits for this one's lease.
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

/** Waits for a sleep, or for the end of the process. */
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
