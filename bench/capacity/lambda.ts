import type { Limits } from './limits.ts';
import type { Process } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a new instance takes to start. */
const COLD_START_MS = 300;

/** Invocations and the time that they took, which are paid for. */
export interface Used {
  invocations: number;
  gbSeconds: number;
}

/** All functions of an account: so many invocations at a time. */
export class Account {
  readonly used: Used = { invocations: 0, gbSeconds: 0 };
  readonly #time: VirtualTime;
  readonly #limits: Limits;
  #running = 0;

  constructor(time: VirtualTime, limits: Limits) {
    this.#time = time;
    this.#limits = limits;
  }

  /** Makes a function. @param boot makes what one of its instances has */
  function(memoryMb: number, boot: () => Process): LambdaFunction {
    const idle: Process[] = [];
    return async call => {
      if (this.#running >= this.#limits.quotas.concurrency) {
        this.#limits.count('the concurrency of Lambda');
        return undefined;
      }
      this.#running += 1;
      const began = this.#time.now();
      let instance = idle.pop();
      if (instance === undefined) {
        instance = boot();
        await this.#time.sleep(COLD_START_MS);
      }
      try {
        return { answer: await Promise.race([call(instance), instance.death]) };
      } finally {
        if (!instance.life.isOver) idle.push(instance);
        this.#running -= 1;
        this.used.invocations += 1;
        this.used.gbSeconds += ((this.#time.now() - began) / 1_000) * (memoryMb / 1_024);
      }
    };
  }
}

/** Invokes a function. It fails where the process dies, and is undefined where the account runs as many invocations as it may. */
export type LambdaFunction = <R>(
  call: (instance: Process) => Promise<R>,
) => Promise<{ readonly answer: R } | undefined>;
