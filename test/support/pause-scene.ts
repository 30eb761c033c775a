import { type BatchOptions, batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import type { Clock } from '#lib/store/services';
import { SEND_WITHIN_MS } from '#lib/topology';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';
import { silent } from './silent.ts';
import { slow, VirtualClock } from './virtual-clock.ts';

interface Item {
  readonly g: string;
}

const CALL_MS = 5;
/** A pause holds so long after it has returned. */
export const PROMISED_MS = 2_000;

/** What a client repeats for a stated time, and not longer. */
const REPEATED_SHORTLY = ['sealOpen', 'sealFull', 'claim'];

/**
 * A store whose reads are answered late, and which applies writes late: what a process knows is as old as it can be. A
 * seal or a claim comes to the store with the last of its repetitions.
 */
export function lagging<T extends object>(target: T, clock: Clock, ms: number): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value === 'object' && value !== null) return lagging(value, clock, ms);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (String(name).startsWith('read')) {
          const answer: unknown = await value.apply(object, args);
          await clock.sleep(ms);
          return answer;
        }
        await clock.sleep(REPEATED_SHORTLY.includes(String(name)) ? ms + SEND_WITHIN_MS : ms);
        return value.apply(object, args);
      };
    },
  });
}

/** One batch, whose jobs run and whose timers fire as they would on AWS, in processes of their own. */
export class PauseScene {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock.now);
  readonly queues = new MemoryQueues();
  readonly began: number[] = [];
  readonly definition: Definition;
  readonly operations: BatchOperations;
  pausedAt = Number.POSITIVE_INFINITY;

  constructor(
    options: Partial<BatchOptions<Item>> = {},
    handle: (scene: PauseScene) => Promise<void> = async () => {},
  ) {
    this.definition = batch<Item>({
      name: 'held',
      maxSize: 1,
      maxWaitMs: 60_000,
      groupBy: ({ g }) => g,
      ...options,
      handler: async () => {
        this.began.push(this.clock.now());
        await handle(this);
      },
    }) as unknown as Definition;
    this.operations = operationsOf(this.process(), this.definition);
  }

  process(callMs = CALL_MS, delay = slow): Deployment {
    const store = delay(this.store, this.clock, callMs);
    const services = { clock: this.clock, store, queues: slow(this.queues, this.clock, callMs), ...silent };
    return new Deployment({ deployment: 'pause', queueUrlBase: 'http://127.0.0.1/' }, { services }).know([
      this.definition,
    ]);
  }

  /** Writes down when the store seals a window and when a job is claimed, each at the moment at which it is applied. */
  watch(): readonly number[] {
    const applied: number[] = [];
    const { seals, jobs } = this.store;
    const [open, full, claim] = [
      seals.sealOpen.bind(seals),
      seals.sealFull.bind(seals),
      jobs.claim.bind(jobs),
    ];
    const noted = <T>(result: T, isApplied: boolean): T => {
      if (isApplied) applied.push(this.clock.now());
      return result;
    };
    seals.sealOpen = async (...given) => {
      const result = await open(...given);
      return noted(result, result.applied);
    };
    seals.sealFull = async (...given) => {
      const result = await full(...given);
      return noted(result, result.applied);
    };
    jobs.claim = async (...given) => {
      const result = await claim(...given);
      return noted(result, result.outcome === 'claimed');
    };
    return applied;
  }

  /** Has a producer add an item every so many milliseconds, until the end of the test. */
  produce(callMs: number, everyMs: number): void {
    const deployment = this.process(callMs, lagging);
    let n = 0;
    this.clock.every(everyMs, () => void deployment.add(this.definition, [{ g: `g${n++ % 7}` }]));
  }

  add(...groups: string[]): Promise<unknown> {
    const deployment = this.process();
    return this.clock.until(Promise.all(groups.map(g => deployment.add(this.definition, [{ g }]))));
  }

  /** Has a consumer take the messages that are there and come back, until the end of the test. */
  consume(callMs = CALL_MS, delay = slow): void {
    const { services } = this.process(callMs, delay);
    const work = async (): Promise<void> => {
      for (;;) {
        const held = this.queues.jobs.shift();
        if (held === undefined) await this.clock.sleep(50);
        else {
          const delivery = { message: held.message, receiptHandle: 'r' };
          if ((await runJob(services, this.definition, delivery)) === 'again') this.queues.jobs.push(held);
        }
      }
    };
    void work();
  }

  /** Fires the timers when their messages come. */
  fireTimers(): void {
    const { services } = this.process();
    for (const { message, delaySeconds } of this.queues.timers.splice(0)) {
      this.clock.after(delaySeconds * 1_000, () => void fireTimer(services, message));
    }
  }

  async pause(): Promise<void> {
    await this.clock.until(this.operations.pause());
    this.pausedAt = this.clock.now();
  }

  /** What began, or was sealed, later than a pause promises. */
  tooLate(): number[] {
    const sealed = [...this.store.allJobs().values()].map(({ sealedAt }) => sealedAt);
    return [...this.began, ...sealed].filter(at => at > this.pausedAt + PROMISED_MS);
  }

  ended(): number {
    return [...this.store.allJobs().values()].filter(({ status }) => status === 'completed').length;
  }
}
