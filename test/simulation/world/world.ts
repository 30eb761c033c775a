import { createHash, type Hash } from 'node:crypto';
import type { BufferKey } from '#lib/store/buffer-key';
import type { Control } from '#lib/store/control';
import type { Head } from '#lib/store/head';
import type { Job } from '#lib/store/job';
import { Draws } from './draws.ts';
import { Process } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { CALL_FAULTS, CALM, type CallFault, type Weather } from './weather.ts';

/** The deployment's name. */
export const DEPLOYMENT = 'sim';

/** When all simulated worlds begin. */
const BEGINNING = Date.UTC(2030, 0, 1);
/** Lines are hashed together, so many characters at a time: a hash is slow to begin with a few. */
const HASHED_AT_ONCE = 65_536;
/** After so long a client gives a request up. */
const CLIENT_TIMEOUT_MS = 5_000;

/** Who looks on: told of every change of a head or job record at the moment at which it is applied. */
export interface Witness {
  head(buffer: BufferKey, before: Head | undefined, after: Head, by: Process | undefined): void;
  job(id: string, before: Job | undefined, after: Job, by: Process | undefined): void;
  /** A slot of a window was marked as the holder of a key that is remembered until then. */
  keyMarked(job: string, slot: number, until: number): void;
  /** What was asked of a batch has changed. */
  control(batch: string, after: Control): void;
  /** A job's record says that it is being purged. It may be told more than once. */
  purgeBegun(job: Job, by: Process | undefined): void;
  /** TTL has deleted a job's record. */
  deletedJob(job: Job): void;
}

/** The simulated world: its time, its weather, its processes, and the history of all that happened. */
export class World {
  readonly draws: Draws;
  readonly scheduler: Scheduler;
  readonly #hash: Hash = createHash('sha256');
  readonly #trace: string[] | undefined;
  readonly #calls: Draws;
  readonly processes: Process[] = [];
  readonly witnesses: Witness[] = [];
  /** Whose request is being applied. */
  caller: Process | undefined;
  weather: Weather = CALM;
  /** Faults that may still be injected. */
  faultsLeft = Number.POSITIVE_INFINITY;
  readonly #outages: { readonly until: number; readonly hits: (where: string, part: number) => boolean }[] =
    [];
  #lines = 0;
  /** The last lines, which are not hashed yet. */
  #unhashed = '';

  /** @param trace whether the history is kept as text */
  constructor(seed: number, trace = false) {
    this.draws = new Draws(seed);
    this.scheduler = new Scheduler(this.draws.of('ties'), BEGINNING);
    this.#calls = this.draws.of('calls');
    this.#trace = trace ? [] : undefined;
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** Adds a line to the history. */
  tell(line: string): void {
    const text = `${this.now - BEGINNING} ${line}\n`;
    this.#lines += 1;
    this.#unhashed += text;
    if (this.#unhashed.length >= HASHED_AT_ONCE) this.#hashLines();
    this.#trace?.push(text);
  }

  /** The history, if it was kept. */
  get history(): readonly string[] {
    return this.#trace ?? [];
  }

  /** Names the history: two histories of one digest are the same to the byte. */
  digest(): string {
    this.#hashLines();
    return `${this.#lines} ${this.#hash.copy().digest('hex')}`;
  }

  #hashLines(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = '';
  }

  process(name: string, skewMs = 0): Process {
    const process = new Process(name, this.scheduler, skewMs);
    this.processes.push(process);
    return process;
  }

  /** Whether a fault of this chance happens now; it counts against those that may still happen. */
  strikes(draws: Draws, chance: number | undefined): boolean {
    if (this.faultsLeft <= 0 || !draws.chance(chance ?? 0)) return false;
    this.faultsLeft -= 1;
    return true;
  }

  /** From now on, calls that are hit are refused, for so many milliseconds. */
  refuse(ms: number, hits: (where: string, part: number) => boolean): void {
    this.#outages.push({ until: this.now + ms, hits });
  }

  /** Ends all that is still going wrong. */
  clearUp(): void {
    this.weather = CALM;
    this.#outages.length = 0;
  }

  /**
   * A view of something that is reached over the network: each call of it takes time, and may meet a fault.
   *
   * @param where what is told of it
   * @param partOf which part of it a call goes to, for what hits parts only
   */
  remote<T extends object>(
    target: T,
    process: Process,
    where: string,
    partOf: (method: string, args: readonly unknown[]) => number,
  ): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          new Promise((resolve, reject) => {
            const label = `${where}.${String(name)}`;
            const part = partOf(String(name), args);
            this.#call(process, label, part, async () => value.apply(object, args), resolve, reject);
          });
      },
    });
  }

  #call(
    process: Process,
    label: string,
    part: number,
    apply: () => Promise<unknown>,
    resolve: (answer: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    if (!process.alive) return;
    const draws = this.#calls;
    // what an add costs is what it asks of the table and the queues
    if (!label.startsWith('bus')) process.requests += 1;
    const fault = this.#drawFault();
    const refused = this.#outages.some(({ until, hits }) => until > this.now && hits(label, part));
    const there = 1 + draws.duration(fault === 'slow' ? 2_000 : 3);
    const back = 1 + draws.duration(2);
    if (fault !== undefined || refused) process.trouble();
    this.tell(`${process.name} ${label} ${part} ${refused ? 'throttled' : (fault ?? '')}`);
    const fail = (ms: number, message: string, name = 'TimeoutError') =>
      this.scheduler.after(ms, () =>
        process.deliver(() => reject(Object.assign(new Error(message), { name }))),
      );
    if (refused) {
      fail(there + 20, 'The rate was exceeded.', 'ProvisionedThroughputExceededException');
      return;
    }
    if (fault === 'die before') {
      process.die();
      return;
    }
    if (fault === 'refused') {
      fail(there, 'The request failed before it was applied.');
      return;
    }
    const onWire = draws.chance(0.5);
    const askedAt = process.machineNow;
    let appliedAt = 0;
    const answered = (answer: () => void, ms: number): void => {
      this.scheduler.after(ms, () =>
        process.deliver(() => {
          if (label.startsWith('table')) process.time.heard(new Date(appliedAt).toUTCString(), askedAt);
          answer();
        }),
      );
    };
    this.scheduler.after(fault === 'late' ? draws.duration(20_000) : there, () => {
      // what a process had sent when it died may arrive, or not
      if (!process.alive && !onWire) return;
      appliedAt = this.now;
      this.caller = process;
      const result = apply();
      this.caller = undefined;
      if (fault === 'die after') process.die();
      if (fault === 'late') {
        result.catch(() => {});
        return;
      }
      if (fault === 'lost') {
        result.catch(() => {});
        fail(CLIENT_TIMEOUT_MS, 'No answer came.');
        return;
      }
      if (fault === 'twice') {
        result.catch(() => {});
        this.scheduler.after(draws.duration(100), () => {
          this.caller = process;
          const second = apply();
          this.caller = undefined;
          second.then(
            value => answered(() => resolve(value), back),
            error => answered(() => reject(error), back),
          );
        });
        return;
      }
      result.then(
        value => answered(() => resolve(value), back),
        error => answered(() => reject(error), back),
      );
    });
    if (fault === 'late') fail(CLIENT_TIMEOUT_MS, 'No answer came in time.');
  }

  #drawFault(): CallFault | undefined {
    for (const fault of CALL_FAULTS) {
      if (this.strikes(this.#calls, this.weather.calls[fault])) return fault;
    }
    return undefined;
  }
}
