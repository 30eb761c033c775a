import type { JobLogLine } from '#lib/control/job-log';
import { type BatchMetrics, type History, toMetrics } from '#lib/control/metrics';
import { Tally } from '#lib/control/tally';
import { MINUTE_MS, MINUTES, type Throughput, toThroughput } from '#lib/control/throughput';
import type { BatchEvent } from '#lib/definition/events';
import type { Clock } from '#lib/store/services';
import type { Note } from '#lib/telemetry/log-line';
import type { Measured } from '#lib/telemetry/metrics';
import { JobLines } from './job-lines.ts';

/** The last minute is kept in steps of so many ms, so that it rolls. */
const RECENT_MS = 5_000;

/** What is kept of a batch, by the beginnings of steps. */
interface Kept {
  readonly minutes: Map<number, Tally>;
  readonly recent: Map<number, Tally>;
}

/** Counts what happens to the batches of the local stack, and keeps the last hour of it in memory. */
export class LocalHistory implements History {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #batches = new Map<string, Kept>();
  readonly #lines = new JobLines();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  measure(batch: string, { ItemsAdded, FlushLateness, HandlerDuration }: Measured): void {
    for (const tally of this.#now(batch)) {
      if (ItemsAdded !== undefined) tally.add(ItemsAdded);
      if (FlushLateness !== undefined) tally.lateness.add(FlushLateness);
      if (HandlerDuration !== undefined) tally.duration.add(HandlerDuration);
    }
  }

  event(event: BatchEvent): void {
    for (const tally of this.#now(event.batch)) count(tally, event);
  }

  line(line: Note): void {
    this.#lines.add(this.#clock.now(), line);
  }

  log(job: string): readonly JobLogLine[] {
    return this.#lines.of(job);
  }

  throughput(batch: string): Throughput {
    const kept = this.#kept(batch);
    const lastMinute = new Tally();
    lastMinute.add(0);
    for (const tally of kept.recent.values()) lastMinute.join(tally);
    return toThroughput(sorted(kept.minutes), lastMinute, false);
  }

  lastHour(batch: string): BatchMetrics {
    return toMetrics('process', 'hour', this.#clock.now(), sorted(this.#kept(batch).minutes), false);
  }

  /** The tallies that count what happens now. */
  #now(batch: string): Tally[] {
    const { minutes, recent } = this.#kept(batch);
    return [stepOf(minutes, this.#clock.now(), MINUTE_MS), stepOf(recent, this.#clock.now(), RECENT_MS)];
  }

  /** What is kept of a batch, without what is too old. */
  #kept(batch: string): Kept {
    const kept = this.#batches.get(batch) ?? { minutes: new Map(), recent: new Map() };
    this.#batches.set(batch, kept);
    const now = this.#clock.now();
    forget(kept.minutes, now - MINUTES * MINUTE_MS);
    forget(kept.recent, now - MINUTE_MS);
    return kept;
  }
}

function count(tally: Tally, event: BatchEvent): void {
  if (event.type === 'Cistern Batch Sealed') tally.flush(event.count, event.reason);
  else if (event.type === 'Cistern Batch Succeeded') tally.complete(event.items);
  else if (event.type === 'Cistern Batch Dead') tally.fail(event.items);
  else if (event.type === 'Cistern Attempt Failed') tally.failedAttempts += 1;
}

/** The step that has a time, made where there is none. */
function stepOf(steps: Map<number, Tally>, time: number, stepMs: number): Tally {
  const at = Math.floor(time / stepMs) * stepMs;
  const tally = steps.get(at) ?? new Tally();
  steps.set(at, tally);
  return tally;
}

function forget(steps: Map<number, Tally>, before: number): void {
  for (const at of steps.keys()) if (at < before) steps.delete(at);
}

const sorted = (steps: ReadonlyMap<number, Tally>): [number, Tally][] => [...steps].sort(([a], [b]) => a - b);
