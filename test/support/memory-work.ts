import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { runJob } from '#lib/jobs/run';
import { runTicker } from '#lib/recovery/ticker';
import type { JobMessage } from '#lib/store/queue-ports';
import type { Services } from '#lib/store/services';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import type { Held } from './memory-queues.ts';
import type { TestClock } from './test-clock.ts';

/** A timer's message comes within the last second before it has to fire. */
const TIMER_SECOND_MS = 1_000;

/** The functions of a deployment in memory, at work only when they are told to be. */
export class MemoryWork {
  readonly memory: MemoryDeployment;
  readonly #definitions: ReadonlyMap<string, Definition>;

  constructor(definitions: readonly object[], change: Partial<Services> = {}, clock?: TestClock) {
    this.memory = memoryDeployment(change, clock);
    const all = definitions as readonly Definition[];
    this.#definitions = new Map(all.map(definition => [definition.name, definition]));
    this.memory.deployment.know(all);
  }

  /** A batch's operations in this deployment. */
  of<T>(definition: object): BatchOperations<T> {
    return operationsOf<T>(this.memory.deployment, definition as Definition);
  }

  async add<T>(definition: object, items: readonly T[]) {
    return this.memory.deployment.add(definition as Definition, items);
  }

  /** Hands out the job messages that are there, once each; those that have to come back stay. Returns how many. */
  async runJobs(): Promise<number> {
    const { jobs, dead } = this.memory.queues;
    const { services } = this.memory.deployment;
    const [here, deadLetters] = [[...jobs], [...dead]];
    for (const held of here) {
      const definition = this.#definitions.get(await this.#batchOf(held.message));
      await this.#deliver(held, message =>
        definition ? runJob(services, definition, { message, receiptHandle: '' }) : Promise.resolve('done'),
      );
    }
    for (const held of deadLetters) {
      await this.#deliver(held, message => handleDeadLetter(services, { message, receiptHandle: '' }));
    }
    return here.length + deadLetters.length;
  }

  async #deliver(
    held: Held<JobMessage>,
    handle: (message: JobMessage) => Promise<'done' | 'again'>,
  ): Promise<void> {
    held.receives += 1;
    if ((await handle(held.message)) === 'done') this.memory.queues.delete(held);
  }

  async #batchOf(message: JobMessage): Promise<string> {
    if ('inline' in message) return message.inline.batch;
    return (await this.memory.store.jobs.readJob(message.job))?.batch ?? '';
  }

  /** Fires the timers whose time has come. Returns how many. */
  async fireTimers(): Promise<number> {
    const { queues, clock, deployment } = this.memory;
    const come = queues.timers.filter(({ message }) => message.fireAt <= clock.now() + TIMER_SECOND_MS);
    for (const held of come) {
      await fireTimer(deployment.services, held.message);
      queues.delete(held);
    }
    return come.length;
  }

  /** One look of the ticker's. */
  tick(): ReturnType<typeof runTicker> {
    const { deployment, clock } = this.memory;
    return runTicker(deployment.services, clock.now() + 1, { tickIntervalMs: 1 });
  }

  /** Lets so much time pass that all is due, and everything do its work, until nothing is left, or for ever. */
  async settle(rounds = 12): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.fireTimers();
      await this.runJobs();
      if ((await this.leftBehind()).length === 0) return;
      this.memory.clock.advance(120_000);
      await this.tick();
    }
  }

  /** Runs jobs for as long as something is under way. */
  async during<T>(underWay: Promise<T>): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    underWay.then(end, end);
    while (!over) {
      await this.runJobs();
      await new Promise(resolve => setImmediate(resolve));
    }
    return underWay;
  }

  /** What the due index has. */
  async leftBehind(): Promise<string[]> {
    const { index } = this.memory.store;
    const { entries } = await index.start(10_000);
    return entries.map(entry => JSON.stringify(entry));
  }
}
