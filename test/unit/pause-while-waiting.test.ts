import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import { fireTimer } from '#lib/buffer/fire-timer';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { takePermits } from '#lib/limits/permits';
import { runTicker } from '#lib/recovery/ticker';
import type { Clock } from '#lib/store/services';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { silent } from '../support/silent.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

interface Item {
  readonly g: string;
}

const CALL_MS = 5;
const PROMISED_MS = 2_000;

/** A store whose reads are answered late, and which applies writes late: what a process knows is as old as it can be. */
function lagging<T extends object>(target: T, clock: Clock, ms: number): T {
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
        await clock.sleep(ms);
        return value.apply(object, args);
      };
    },
  });
}

/** One batch, whose jobs run and whose timers fire as they would on AWS, in processes of their own. */
class Scene {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock.now);
  readonly queues = new MemoryQueues();
  readonly began: number[] = [];
  readonly definition: Definition;
  readonly operations: BatchOperations;
  pausedAt = Number.POSITIVE_INFINITY;

  constructor(
    options: Partial<BatchOptions<Item>> = {},
    handle: (scene: Scene) => Promise<void> = async () => {},
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

/** Whatever is held back goes on once the batch is resumed, so that the pause and nothing else has held it. */
async function goesOn(scene: Scene, jobs: number): Promise<void> {
  await scene.clock.pass(30_000);
  expect(scene.tooLate()).toEqual([]);
  await scene.clock.until(scene.operations.resume());
  const ticker = scene.process();
  for (let minute = 0; minute < 4; minute++) {
    scene.fireTimers();
    await scene.clock.pass(30_000);
    await scene.clock.until(runTicker(ticker.services, scene.clock.now() + 1));
  }
  expect(scene.ended()).toBe(jobs);
}

describe('a pause holds two seconds after it has returned', () => {
  test('jobs that wait for a permit', async () => {
    const scene = new Scene({ concurrency: 1 }, ({ clock }) => clock.sleep(3_000));
    await scene.add('a', 'b', 'c');
    for (let consumer = 0; consumer < 3; consumer++) scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 3);
  });

  test('jobs that wait for a dead run’s permit', async () => {
    const scene = new Scene({ concurrency: 1, lockTtlMs: 6_000, heartbeatMs: 2_000 });
    const { services } = scene.process();
    const dead = { definition: scene.definition, group: undefined, by: 'dead run' };
    await scene.clock.until(takePermits(services, dead));
    await scene.add('a');
    scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 1);
  });

  test('jobs that wait in line for the one before', async () => {
    const scene = new Scene({ ordered: true }, ({ clock }) => clock.sleep(3_000));
    await scene.add('a');
    await scene.add('a');
    for (let consumer = 0; consumer < 2; consumer++) scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 2);
  });

  test('jobs that wait for a lock which is about to lapse', async () => {
    const scene = new Scene({ lockTtlMs: 5_000, heartbeatMs: 1_000 });
    await scene.add('a');
    const [job] = scene.store.allJobs().keys();
    const now = scene.clock.now();
    const claim = { batch: 'held', by: 'dead run', now, lockedUntil: now + 2_500, maxAttempts: 3, tags: [] };
    await scene.store.jobs.claim(job ?? '', claim);
    scene.consume();
    await scene.clock.pass(300);
    await scene.pause();
    await scene.clock.pass(30_000);
    expect(scene.tooLate()).toEqual([]);
    expect(scene.began).toEqual([]);
  });

  test('jobs whose retry is about to be due', async () => {
    let failures = 1;
    const scene = new Scene({ retries: { max: 1, baseDelay: 3_500, jitter: false } }, async () => {
      if (failures-- > 0) throw new Error('once more');
    });
    await scene.add('a');
    scene.consume();
    await scene.clock.pass(1_000);
    await scene.pause();
    await goesOn(scene, 1);
  });

  test('windows whose timers sleep until they are due', async () => {
    for (const before of [100, 900, 3_000]) {
      const scene = new Scene({ maxSize: 10, maxWaitMs: 4_000 });
      await scene.add('a');
      scene.consume();
      scene.fireTimers();
      await scene.clock.pass(4_000 - before);
      await scene.pause();
      await goesOn(scene, 1);
    }
  });

  test('windows that wait for their turn at the throttle', async () => {
    const scene = new Scene({ throttle: { max: 1, duration: 3_500 } });
    await scene.add('a', 'b', 'c');
    scene.consume();
    scene.fireTimers();
    await scene.clock.pass(3_300);
    await scene.pause();
    await goesOn(scene, 3);
  });

  const groups = Array.from({ length: 200 }, (_, n) => `g${n}`);

  /** Pauses while an operator's call is under way that takes a second for each of so many windows. */
  async function pauseDuring(
    scene: Scene,
    operate: (operations: BatchOperations) => Promise<unknown>,
  ): Promise<void> {
    const done = operate(operationsOf(scene.process(100), scene.definition));
    await scene.clock.pass(1_000);
    await scene.pause();
    await scene.clock.until(done);
    expect(scene.store.allJobs().size).toBeLessThan(groups.length);
  }

  test('windows that a flush or a drain under way has not come to', async () => {
    const flush = (operations: BatchOperations) =>
      expect(operations.flush()).rejects.toMatchObject({
        code: 'batch.paused',
        details: { flushed: expect.any(Number) },
      });
    for (const operate of [flush, (operations: BatchOperations) => operations.drain()]) {
      const scene = new Scene({ maxSize: 10 });
      await scene.add(...groups);
      scene.consume();
      await pauseDuring(scene, operate);
      await goesOn(scene, groups.length);
    }
  });

  test('windows that a resume under way has not come to', async () => {
    const scene = new Scene({ maxSize: 10 });
    await scene.add(...groups);
    await scene.pause();
    await scene.clock.pass(61_000);
    scene.consume();
    await pauseDuring(scene, operations => operations.resume());
    await goesOn(scene, groups.length);
  });

  test.each([
    [5, undefined],
    [1_500, undefined],
    [3_000, undefined],
    [3_000, { max: 200, duration: 60_000 }],
    [3_000, { max: 25, duration: 5_000 }],
  ])(
    'windows and jobs, whatever a request takes on its way: %i ms, with the throttle %j',
    async (callMs, throttle) => {
      const scene = new Scene({ maxSize: 1, ...(throttle && { throttle }) });
      const applied = scene.watch();
      // with a throttle, writers contend for its slots: twice as many items are over ten times as many requests
      scene.produce(callMs, throttle ? 800 : 400);
      for (let consumer = 0; consumer < 3; consumer++) scene.consume(callMs, lagging);
      for (const at of [0, 500]) {
        const before = applied.length;
        await scene.clock.pass(4_000 + 10 * callMs + at);
        // however slow it is, work goes on
        expect(applied.length).toBeGreaterThan(before);
        await scene.clock.until(operationsOf(scene.process(callMs, lagging), scene.definition).pause());
        const held = scene.clock.now() + PROMISED_MS;
        await scene.clock.pass(4_000 + 3 * callMs);
        expect(applied.filter(time => time > held)).toEqual([]);
        await scene.clock.until(operationsOf(scene.process(callMs, lagging), scene.definition).resume());
      }
    },
  );
});
