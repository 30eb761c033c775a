import { type BatchOptions, batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import type { Job } from '#lib/store/job';
import type { SlotStore } from '#lib/store/limit-ports';
import type { TimerMessage } from '#lib/store/queue-ports';
import type { Services } from '#lib/store/services';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryStore } from './memory-store.ts';
import { random } from './random.ts';
import { silent } from './silent.ts';
import { slow, VirtualClock } from './virtual-clock.ts';

const CALL_MS = 5;
const NAME = 'throttled';

export interface Item {
  readonly g: string;
}

/** Names of groups: `g0`, `g1` and so on. */
export const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `g${i}`);

/** Processes of a deployment with one throttled batch. Each call to the store takes 5 ms; timers fire as SQS has them. */
export class ThrottleScene {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock.now);
  readonly queues = new MemoryQueues();
  readonly began = this.clock.now();
  readonly #random = random(1);
  readonly definition: Definition;
  readonly timers: Deployment;
  readonly ticker: Deployment;
  readonly producer: Deployment;
  readonly operations: BatchOperations;
  /** Whether timers' messages arrive. */
  areTimersLost = false;
  timersSent = 0;

  constructor(options: Partial<BatchOptions<Item>> & Pick<BatchOptions<Item>, 'throttle'>) {
    this.definition = batch<Item>({
      name: NAME,
      maxSize: 10,
      maxWaitMs: 5_000,
      groupBy: ({ g }) => g,
      handler: () => {},
      ...options,
    }) as unknown as Definition;
    this.timers = this.process();
    this.ticker = this.process();
    this.producer = this.process();
    this.operations = operationsOf(this.producer, this.definition);
  }

  process(change: Partial<Services> = {}): Deployment {
    const send = this.queues.sendTimer.bind(this.queues);
    const queues = new Proxy(this.queues, {
      get: (target, name) =>
        name === 'sendTimer'
          ? async (message: TimerMessage, delaySeconds: number) => {
              this.timersSent += 1;
              await send(message, delaySeconds);
              if (!this.areTimersLost) this.#fireLater(message, delaySeconds * 1_000);
            }
          : Reflect.get(target, name),
    });
    const services = {
      clock: this.clock,
      store: slow(this.store, this.clock, CALL_MS),
      queues: slow(queues, this.clock, CALL_MS),
      ...silent,
      random: this.#random,
      ...change,
    };
    return new Deployment({ deployment: 'throttle', queueUrlBase: 'http://127.0.0.1/' }, { services }).know([
      this.definition,
    ]);
  }

  /** A process whose clock is off by so many milliseconds. */
  processOff(ms: number): Deployment {
    const { clock } = this;
    return this.process({
      clock: {
        now: () => clock.now() + ms,
        sleep: (...given) => clock.sleep(...given),
        after: (...given) => clock.after(...given),
        every: (...given) => clock.every(...given),
      },
    });
  }

  /** A process whose store does something else with the throttle's slots. */
  processWith(change: Partial<SlotStore>): Deployment {
    const slots = new Proxy(this.store.slots, {
      get: (target, name) =>
        Reflect.get(change, name) ?? (Reflect.get(target, name) as CallableFunction).bind(target),
    });
    return this.process({ store: { ...this.store, slots } as unknown as MemoryStore });
  }

  #fireLater(message: TimerMessage, ms: number): void {
    this.clock.after(ms, () => void fireTimer(this.timers.services, message).catch(() => {}));
  }

  add(...groups: string[]): Promise<unknown> {
    return Promise.all(groups.map(g => this.producer.add(this.definition, [{ g }])));
  }

  /** Has the ticker look each minute, from now on. */
  startTicker(): void {
    this.clock.every(60_000, () => {
      void runTicker(this.ticker.services, this.clock.now() + 55_000).catch(() => {});
    });
  }

  /** All windows that were flushed, in the order of their flushes; times count from the beginning of the scene. */
  flushes(): readonly (Job & { readonly at: number })[] {
    return [...this.store.allJobs().values()]
      .map(job => ({ ...job, at: job.sealedAt - this.began }))
      .sort((a, b) => a.at - b.at);
  }

  /** The most flushes that any span of the throttle's duration has. */
  mostInASpan(): number {
    const { duration = 0 } = this.definition.throttle ?? {};
    const times = this.flushes().map(({ at }) => at);
    return Math.max(0, ...times.map(from => times.filter(at => at >= from && at < from + duration).length));
  }
}
