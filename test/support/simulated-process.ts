import { Deployment } from '#lib/deployment/deployment';
import type { Clients } from '#lib/store/clients';
import type { Queues, Store } from '#lib/store/ports';
import type { Clock, Services } from '#lib/store/services';
import type { Scheduler } from './scheduler.ts';

/**
 * What may go wrong at a request: the process dies before it, after it, or while it is under way and arrives
 * later; the request fails and the process lives on, not applied, applied, or applied later; or the SDK sends it
 * twice, since the first answer was lost.
 */
export const MISHAPS = [
  'die before',
  'die after',
  'die, applied later',
  'fail before',
  'fail after',
  'fail, applied later',
  'twice',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** Time as a simulation has it; every process sees it through its own skew. */
export interface SimulatedTime {
  now: number;
}

export interface ProcessOptions {
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly queues: Queues;
  readonly time: SimulatedTime;
  readonly clients: Clients;
  readonly newId: () => string;
  /** How far its clock is off, in ms. */
  readonly skew?: number;
  /** What goes wrong at a request, if anything. */
  readonly mishap?: () => Mishap | undefined;
}

const NEVER = new Promise<never>(() => {});

/** One process of a simulation. Each of its requests waits for its turn; after its death none goes on. */
export class SimulatedProcess {
  readonly deployment: Deployment;
  readonly #options: ProcessOptions;
  readonly #died: Promise<void>;
  #die!: () => void;
  #dead = false;

  constructor(options: ProcessOptions) {
    this.#options = options;
    const { store, queues, newId, clients } = options;
    this.#died = new Promise(resolve => {
      this.#die = () => {
        this.#dead = true;
        resolve();
      };
    });
    const services: Services = {
      deployment: 'simulated',
      store: {
        heads: this.#through(store.heads),
        windows: this.#through(store.windows),
        jobs: this.#through(store.jobs),
        index: this.#through(store.index),
        leases: this.#through(store.leases),
      },
      queues: this.#through(queues),
      clock: this.#clock(),
      newId,
      warn: () => {},
    };
    this.deployment = new Deployment(
      { deployment: services.deployment, queueUrlBase: 'http://127.0.0.1/0/' },
      { clients, services },
    );
  }

  get services(): Services {
    return this.deployment.services;
  }

  /** Does something in this process; resolves when it is done, or the process has died over it. */
  async do(work: (process: SimulatedProcess) => Promise<unknown>): Promise<void> {
    await Promise.race([work(this), this.#died]);
  }

  #through<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => this.#request(() => Reflect.apply(method, target, given));
      },
    });
  }

  async #request(apply: () => Promise<unknown>): Promise<unknown> {
    const { scheduler, mishap } = this.#options;
    await this.#turn();
    switch (mishap?.()) {
      case 'die before':
        return this.#end();
      case 'die after':
        await apply();
        return this.#end();
      case 'die, applied later':
        scheduler.later(apply);
        return this.#end();
      case 'fail before':
        throw new Error('The request failed.');
      case 'fail after':
        await apply();
        throw new Error('The answer was lost.');
      case 'fail, applied later':
        scheduler.later(apply);
        throw new Error('The request timed out.');
      case 'twice':
        await apply();
        await this.#turn();
        return this.#answer(await apply());
      default:
        return this.#answer(await apply());
    }
  }

  async #turn(): Promise<void> {
    await this.#options.scheduler.turn();
    if (this.#dead) await NEVER;
  }

  /** The answer travels too: others may be quicker. */
  async #answer<T>(answer: T): Promise<T> {
    await this.#turn();
    return answer;
  }

  #end(): Promise<never> {
    this.#die();
    return NEVER;
  }

  #clock(): Clock {
    const { time, skew = 0 } = this.#options;
    return {
      now: () => time.now + skew,
      sleep: async ms => {
        const until = time.now + ms;
        await this.#turn();
        time.now = Math.max(time.now, until);
      },
      after: () => () => {},
      every: () => () => {},
    };
  }
}
