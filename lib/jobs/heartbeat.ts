import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import type { ErrorRecord, ProgressRecord } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { toLoggable, toText } from '../telemetry/to-loggable.ts';
import { beginningOf } from '../text/cut.ts';

/** The shortest time between two writes of progress. */
const STORE_EVERY_MS = 1_000;
const LABEL_LENGTH = 200;

const LOST = new Error('This process stood still for longer than its lock lives; another may run by now.');

/** The lock, its run, and how often it is renewed. */
export interface HeartbeatProps {
  readonly job: string;
  readonly by: string;
  readonly lockTtlMs: number;
  readonly heartbeatMs: number;
  /** Renews the message's visibility and the permit with the lock. Returns false when another run has the permit by now. */
  readonly alsoRenew: () => Promise<boolean>;
}

/**
 * Renews a running job's lock for as long as the process lives, whatever the handler does, and stores the handler's
 * progress. When another run has taken the lock, it aborts the signal.
 */
export class Heartbeat {
  readonly #services: Pick<Services, 'store' | 'clock' | 'warn'>;
  readonly #props: HeartbeatProps;
  readonly #abort = new AbortController();
  #stopHeartbeat: (() => void) | undefined;
  #stopStoring: (() => void) | undefined;
  #progress: ProgressRecord | undefined;
  #stored: ProgressRecord | undefined;
  #storedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  readonly #renewing = new Set<Promise<void>>();
  #ended = false;

  constructor(services: Pick<Services, 'store' | 'clock' | 'warn'>, props: HeartbeatProps) {
    this.#services = services;
    this.#props = props;
  }

  start(): void {
    this.#stopHeartbeat = this.#services.clock.every(this.#props.heartbeatMs, () => {
      void this.#renew();
      const renewing = this.#renewOthers().finally(() => this.#renewing.delete(renewing));
      this.#renewing.add(renewing);
    });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  get progress(): ProgressRecord | undefined {
    return this.#progress;
  }

  /** @throws JobError `job.progress_invalid` */
  async report(percent: number, label?: string): Promise<void> {
    if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
      throw new JobError(
        ERROR_CODES.jobProgressInvalid,
        `progress takes a percentage from 0 to 100; it was given ${toText(percent)}.`,
        { details: { percent: toLoggable(percent) } },
      );
    }
    const { clock } = this.#services;
    this.#progress = {
      percent,
      ...(label !== undefined && { label: beginningOf(toText(label), LABEL_LENGTH) }),
      at: clock.now(),
    };
    // After the end of the attempt progress is not stored.
    if (this.#ended || this.#stopStoring) return;
    const wait = this.#storedAt + STORE_EVERY_MS - clock.now();
    if (wait <= 0) return this.#renew();
    this.#stopStoring = clock.after(wait, () => {
      this.#stopStoring = undefined;
      void this.#renew();
    });
  }

  /** Stores that the attempt has timed out, since its handler may never return. */
  timedOut(attempt: number, error: ErrorRecord): Promise<void> {
    return this.#renew({ attempt, error });
  }

  /**
   * Renews the lock, with progress that is not stored yet. Renewals follow one another, so that the latest progress
   * stays.
   */
  #renew(timedOut?: { attempt: number; error: ErrorRecord }): Promise<void> {
    const { store, clock, warn } = this.#services;
    const { job, by, lockTtlMs } = this.#props;
    this.#writing = this.#writing.then(async () => {
      const progress = this.#progress === this.#stored ? undefined : this.#progress;
      if (progress) this.#storedAt = clock.now();
      try {
        const held = await store.jobs.renew(job, by, clock.now() + lockTtlMs, {
          ...(progress && { progress }),
          ...(timedOut && { timedOut }),
        });
        if (progress) this.#stored = progress;
        if (!held && !this.#ended) this.abort(LOST);
      } catch (error) {
        warn('a lock could not be renewed', error, { job });
      }
    });
    return this.#writing;
  }

  async #renewOthers(): Promise<void> {
    const held = await this.#props.alsoRenew();
    if (!held && !this.#ended) this.abort(LOST);
  }

  /** Ends the renewals. Once it has resolved, nothing more is written to the job's record. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#stopHeartbeat?.();
    this.#stopStoring?.();
    await this.#writing;
  }

  /**
   * Resolves when no renewal of the message's visibility is under way any more: a late one would undo a shorter one that is
   * set after it.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#renewing);
  }
}
