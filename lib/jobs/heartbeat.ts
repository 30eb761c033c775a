import * as ERROR_CODES from '../error-codes.ts';
import { JobError } from '../errors.ts';
import type { ErrorRecord, ProgressRecord } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { toLoggable, toText } from '../telemetry/to-loggable.ts';
import { beginningOf } from '../text/cut.ts';

/** Progress is stored at most so often. */
const STORE_EVERY_MS = 1_000;
const LABEL_LENGTH = 200;

const LOST = new Error('This process stood still for longer than its lock lives; another may run by now.');

/** Whose lock it is, and how it is kept. */
export interface HeartbeatProps {
  readonly job: string;
  readonly by: string;
  readonly lockTtlMs: number;
  readonly heartbeatMs: number;
  /** Renews what goes with the lock: the message's visibility, a permit. False when that is another run's by now. */
  readonly alsoRenew: () => Promise<boolean>;
}

/**
 * Keeps a running job alive: renews its lock by a heartbeat for as long as the process lives, whatever the handler
 * does, and stores what it says of its progress. When the lock is lost to another run, the signal is aborted.
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
    // what comes after the end of the attempt has nowhere to go
    if (this.#ended || this.#stopStoring) return;
    const wait = this.#storedAt + STORE_EVERY_MS - clock.now();
    if (wait <= 0) return this.#renew();
    this.#stopStoring = clock.after(wait, () => {
      this.#stopStoring = undefined;
      void this.#renew();
    });
  }

  /** Writes down that the attempt has timed out, for the case that its handler never returns. */
  timedOut(attempt: number, error: ErrorRecord): Promise<void> {
    return this.#renew({ attempt, error });
  }

  /** Renews the lock, with the progress that is not stored yet; one after the other, so that the last word stays. */
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

  /** The attempt is over: nothing is written to the job's record any more once it resolves. */
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
