import type { Draws } from './draws.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** A process that a function runs in, and what was made when it was started. */
export interface Instance<T> {
  readonly process: Process;
  readonly made: T;
}

/** How an invocation ended: `failed` also where its process died or its time was up. */
export type Invoked<R> = { readonly ok: true; readonly value: R } | { readonly ok: false };

/** How long an instance that has nothing to do is kept. */
const IDLE_MS = 300_000;

/**
 * A Lambda function: so many instances as there are invocations at a time, each frozen while it has none. An instance
 * that is over its time limit is killed.
 */
export class LambdaFunction<T> {
  readonly name: string;
  readonly #world: World;
  readonly #timeoutMs: number;
  readonly #start: (name: string) => Instance<T>;
  readonly #draws: Draws;
  readonly #idle: { readonly instance: Instance<T>; readonly since: number }[] = [];
  readonly #running = new Set<Instance<T>>();
  readonly #outdated = new Set<Instance<T>>();
  #started = 0;

  constructor(world: World, name: string, timeoutMs: number, start: (name: string) => Instance<T>) {
    this.name = name;
    this.#world = world;
    this.#timeoutMs = timeoutMs;
    this.#start = start;
    this.#draws = world.draws.of(`function ${name}`);
  }

  /** Invocations under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Lets go of all instances, each when it has nothing more to do: a new version has been deployed. */
  replace(): void {
    for (const { instance } of this.#idle.splice(0)) instance.process.die();
    for (const instance of this.#running) this.#outdated.add(instance);
  }

  /** @param call what the invocation does; it is told how much time it has left */
  invoke<R>(
    call: (made: T, remainingMs: () => number) => Promise<R>,
    end: (invoked: Invoked<R>) => void,
  ): void {
    const world = this.#world;
    if (world.strikes(this.#draws, world.weather.spells['no start'])) {
      world.tell(`${this.name} does not start`);
      end({ ok: false });
      return;
    }
    const instance = this.#take();
    const { process } = instance;
    this.#running.add(instance);
    const until = world.now + this.#timeoutMs;
    let over = false;
    const finish = (invoked: Invoked<R>): void => {
      if (over) return;
      over = true;
      this.#running.delete(instance);
      limit.cancelled = true;
      forget();
      if (this.#outdated.delete(instance)) process.die();
      if (process.alive) {
        process.freeze();
        this.#idle.push({ instance, since: world.now });
      }
      world.tell(`${process.name} ends ${invoked.ok ? 'well' : 'badly'}`);
      end(invoked);
    };
    const forget = process.onDeath(() => finish({ ok: false }));
    const limit = world.scheduler.after(this.#timeoutMs, () => {
      world.tell(`${process.name} is over its time`);
      process.die();
    });
    world.tell(`${process.name} begins`);
    call(instance.made, () => Math.max(0, until - world.now)).then(
      value => finish({ ok: true, value }),
      () => finish({ ok: false }),
    );
  }

  #take(): Instance<T> {
    const { now } = this.#world;
    while (this.#idle.length > 0) {
      const [kept] = this.#idle.splice(this.#draws.int(0, this.#idle.length - 1), 1);
      if (kept === undefined || !kept.instance.process.alive) continue;
      if (now - kept.since > IDLE_MS) {
        kept.instance.process.die();
        continue;
      }
      kept.instance.process.thaw();
      return kept.instance;
    }
    return this.#start(`${this.name}/${this.#started++}`);
  }
}
