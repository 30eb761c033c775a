import type { DedupKeep, Receipt } from 'cistern';
import { jobId } from '#lib/buffer/job-id';
import type { FlushReason } from '#lib/definition/flush-reason';
import type { BufferKey } from '#lib/store/buffer-key';
import type { Control } from '#lib/store/control';
import type { Head } from '#lib/store/head';
import type { Job } from '#lib/store/job';
import type { BatchPlan } from '../actors/batch-plan.ts';
import type { Plan } from '../actors/plan.ts';
import type { Process } from '../world/process.ts';
import { DEPLOYMENT, type Witness, type World } from '../world/world.ts';
import { FullWindows } from './full-windows.ts';

/** An item, and what its producer was told of it. */
export interface Item {
  readonly id: string;
  readonly batch: string;
  /** What makes it large; undefined where nothing does. */
  readonly content: string | undefined;
  /** Of one that came over HTTP it is known when a function has taken it. */
  group: string | undefined;
  key: string | undefined;
  /** Which item of its key stays, by the definition that it was added with; undefined: it was not left to the flush. */
  keep: DedupKeep | undefined;
  readonly calledAt: number;
  /** The process that added it; undefined where it came over HTTP. */
  readonly by: Process | undefined;
  /** The process that took it: its producer, or the function's where it came over HTTP; undefined until one has. */
  takenBy: Process | undefined;
  /**
   * `silent`: its producer died, or waits yet. `refused`: nothing of its call is stored. `malformed`: nor can it be, as its
   * request is.
   */
  told: 'silent' | 'malformed' | 'stored' | 'not stored' | 'unknown' | 'refused';
  toldAt: number | undefined;
  receipt: Receipt | undefined;
}

/** A call of add. */
export interface AddCall {
  readonly batch: string;
  readonly items: readonly Item[];
  readonly calledAt: number;
  readonly endedAt: number;
  readonly by: Process;
  /** Calls to the store and the queues that the process made meanwhile, where it made no other add. */
  calls: number | undefined;
  readonly buffers: number;
  /** Windows that its process sealed meanwhile, whoever's items are in them. */
  readonly sealed: number;
}

/** A window that was sealed. */
export interface Sealed {
  readonly job: string;
  readonly buffer: BufferKey;
  readonly window: number;
  readonly count: number;
  readonly reason: FlushReason;
  readonly openedAt: number;
  readonly deadline: number;
  /** As its sealer wrote it down. */
  readonly sealedAt: number;
  /** When the table applied it. */
  readonly at: number;
  /** When it was given a turn, since the throttle had refused it; undefined where it was not refused. */
  readonly waitsFrom: number | undefined;
  /** When its last slot was taken; undefined where it was not full. */
  readonly fullFrom: number | undefined;
  readonly by: Process | undefined;
}

/** What a handler said of an item that it failed. */
export interface Mark {
  readonly message: string;
  readonly retryable: boolean;
  readonly delayMs: number | undefined;
}

/** What a handler did at the end of a run. */
export interface Conduct {
  readonly outcome: 'returned' | 'threw' | 'discarded';
  readonly nonRetriable?: boolean;
  readonly retryAfterMs?: number;
  /** Ids of items that it failed. */
  readonly failed: ReadonlyMap<string, Mark>;
}

/** A call of a handler. */
export interface Run {
  readonly order: number;
  readonly job: string;
  readonly batch: string;
  readonly group: string | undefined;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly items: readonly string[];
  readonly process: Process;
  readonly startedAt: number;
  endedAt: number | undefined;
  conduct: Conduct | undefined;
  /** Whether its signal was aborted by then. */
  aborted: boolean;
  /** Its process was killed or its time was up before it ended. */
  diedAt: number | undefined;
}

/** A change of a job's record. */
export interface JobChange {
  readonly order: number;
  readonly at: number;
  readonly id: string;
  readonly before: Job | undefined;
  readonly after: Job;
  readonly by: Process | undefined;
}

/** A purge that has begun: from here on its job is not redriven, and its items are being erased. */
export interface Purge {
  readonly at: number;
  readonly job: Job;
  readonly by: Process | undefined;
}

/** Something that an operator or a waiting producer asked for. */
export interface Operation {
  readonly name: string;
  readonly batch: string;
  readonly order: number;
  readonly calledAt: number;
  /** Undefined where it was asked over HTTP, and no function has taken it yet. */
  process: Process | undefined;
  /** When that process took it, where it was asked over HTTP. The process may have done other things before. */
  takenAt?: number;
  /** The job that it is about, where it is about one. */
  job: string | undefined;
  endedAt: number | undefined;
  result: unknown;
  error: unknown;
}

/** Whether an operation did something: its process did, while it served the operation and no other one. */
export const isOf = (
  { process, calledAt, takenAt = calledAt, endedAt = Number.POSITIVE_INFINITY }: Operation,
  { at, by }: { readonly at: number; readonly by: Process | undefined },
): boolean => process !== undefined && by === process && at >= takenAt && at <= endedAt;

/** An answer of the HTTP API. */
export interface Answer {
  readonly path: string;
  readonly status: number;
  /** Whether the request was one that cannot be served. */
  readonly isMalformed: boolean;
  /** Of a problem. */
  readonly code: string | undefined;
}

/** A call of a hook or of onDead. */
export interface HookCall {
  readonly hook: 'onSuccess' | 'onFail' | 'onDead';
  readonly job: string;
  readonly batch: string;
  readonly items: readonly string[];
  readonly order: number;
  readonly at: number;
  readonly process: Process;
  endedAt: number | undefined;
  /** Whether it returned. */
  returned: boolean;
}

/** A record that TTL has deleted. */
export interface Deleted {
  readonly at: number;
  /** What it was, if it was a job's. */
  readonly job: Job | undefined;
}

/** All that was seen of a play: what the judge goes by. */
export class Evidence implements Witness {
  readonly world: World;
  readonly items = new Map<string, Item>();
  readonly adds: AddCall[] = [];
  readonly sealed: Sealed[] = [];
  readonly full = new FullWindows();
  readonly runs: Run[] = [];
  readonly jobChanges: JobChange[] = [];
  readonly operations: Operation[] = [];
  /** How many invocations of a batch's function are under way, from when on; and whether these are all that may be. */
  readonly busy = new Map<string, { readonly at: number; readonly isFull: boolean }[]>();
  /** What was asked of batches, as the table has it from then on. */
  readonly controls: { readonly at: number; readonly batch: string; readonly after: Control }[] = [];
  readonly hooks: HookCall[] = [];
  readonly purges: Purge[] = [];
  readonly answers: Answer[] = [];
  readonly deleted: Deleted[] = [];
  /** Until when the key of each slot is remembered, by its job and number. */
  readonly markedUntil = new Map<string, number>();
  /** Every plan that a batch has had, in their order, and from when. */
  readonly plans = new Map<string, { readonly from: number; readonly plan: BatchPlan }[]>();
  /** Batches whose definition was not deployed for a while: nobody knew their rules then. */
  readonly removed = new Set<string>();
  /** Breaches that were seen while they happened, by what they break. */
  readonly seen: Readonly<Record<'discoverable' | 'own errors' | 'content', string[]>> = {
    discoverable: [],
    'own errors': [],
    content: [],
  };
  /** When the faults stopped. */
  calmFrom = Number.POSITIVE_INFINITY;
  /** Whether clocks, and all else, were right. */
  calm = false;
  pace: Plan['pace'] = 'minutes';
  bus: Plan['bus'] = 'well';
  /** When the open window of a head was given its turn, by the buffer, the epoch and the window. */
  readonly #turns = new Map<string, number>();
  #order = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** A number for each thing that happens: later things have greater ones. */
  next(): number {
    this.#order += 1;
    return this.#order;
  }

  head(buffer: BufferKey, before: Head | undefined, after: Head, by: Process | undefined): void {
    const nameOf = (window: number): string => JSON.stringify([buffer, after.epoch, window]);
    const { turn } = after.open ?? {};
    this.full.head(buffer, before, after, { at: this.world.now, by });
    if (turn && !this.#turns.has(nameOf(after.window))) this.#turns.set(nameOf(after.window), this.world.now);
    const known = new Set(before?.epoch === after.epoch ? before.pending.map(({ window }) => window) : []);
    for (const { window, count, reason, openedAt, deadline, sealedAt } of after.pending) {
      if (known.has(window)) continue;
      const at = this.world.now;
      const waitsFrom = this.#turns.get(nameOf(window));
      const job = jobId(DEPLOYMENT, buffer, after.epoch, window);
      this.sealed.push({
        job,
        buffer,
        window,
        count,
        reason,
        openedAt,
        deadline,
        sealedAt,
        at,
        waitsFrom,
        fullFrom: this.full.from.get(job),
        by,
      });
      this.world.tell(
        `sealed ${buffer.batch} ${buffer.group ?? ''} ${buffer.shard} ${window}: ${count} by ${reason}`,
      );
    }
  }

  job(id: string, before: Job | undefined, after: Job, by: Process | undefined): void {
    this.jobChanges.push({ order: this.next(), at: this.world.now, id, before, after, by });
    if (before?.status !== after.status || before.attempts !== after.attempts) {
      this.world.tell(`job ${id} of ${after.batch} ${after.status} attempt ${after.attempts}`);
    }
  }

  /** The function of a batch has begun or ended an invocation. */
  invocations(batch: string, isFull: boolean): void {
    const known = this.busy.get(batch) ?? [];
    if (known.at(-1)?.isFull !== isFull) known.push({ at: this.world.now, isFull });
    this.busy.set(batch, known);
  }

  /** The longest time within these at which the function of a batch had room for another invocation, in ms. */
  longestRoom(batch: string, from: number, to: number): number {
    const changes = [{ at: Number.NEGATIVE_INFINITY, isFull: false }, ...(this.busy.get(batch) ?? [])];
    const spans = changes.map(({ at, isFull }, index) => {
      const next = changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return isFull ? 0 : Math.min(to, next) - Math.max(from, at);
    });
    return Math.max(0, ...spans);
  }

  control(batch: string, after: Control): void {
    this.controls.push({ at: this.world.now, batch, after });
    this.world.tell(
      `${batch} is ${after.paused ? 'paused' : 'free'}${after.drain?.state === 'draining' ? ', and drained' : ''}`,
    );
  }

  keyMarked(job: string, slot: number, until: number): void {
    this.markedUntil.set(`${job} ${slot}`, until);
  }

  purgeBegun(job: Job, by: Process | undefined): void {
    this.purges.push({ at: this.world.now, job, by });
  }

  deletedJob(job: Job): void {
    this.deleted.push({ at: this.world.now, job });
  }

  /** The plans of a batch that have been deployed. */
  plansOf(batch: string): readonly BatchPlan[] {
    return (this.plans.get(batch) ?? []).map(({ plan }) => plan);
  }
}

/** How long after it was asked for a drain is begun by others, where its process died. */
const DRAINS_WITHIN_MS = { minutes: 600_000, months: 30 * 86_400_000 };

/** Whether a window was sealed since an operator had asked for it: full ones among them say that they were full. */
export const isOperators = ({ operations, pace }: Evidence, { reason, by, buffer, at }: Sealed): boolean =>
  reason === 'manual' ||
  reason === 'drain' ||
  operations.some(
    op =>
      op.batch === buffer.batch &&
      op.calledAt <= at &&
      (/^flush/.test(op.name)
        ? op.process === by
        : /drain/i.test(op.name) && at - op.calledAt < DRAINS_WITHIN_MS[pace]),
  );

/** How far two clocks may be apart that the store's answers have corrected. */
export const CLOCKS_APART_MS = 2_500;
