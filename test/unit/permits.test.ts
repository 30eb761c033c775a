import { describe, expect, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { type Permit, takePermits } from '#lib/limits/permits';
import type { Services } from '#lib/store/services';
import { MemoryQueues } from '../support/memory-queues.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { random } from '../support/random.ts';
import { silent } from '../support/silent.ts';
import { slow, VirtualClock } from '../support/virtual-clock.ts';

const HANDLER_MS = 50;
const CALL_MS = 5;

/** Processes of one deployment, each call of which to the store takes 5 ms. */
class Scene {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore(this.clock.now);
  readonly queues = new MemoryQueues();
  readonly #random = random(1);
  running = 0;
  most = 0;
  readonly definition: Definition;

  constructor(options: Partial<BatchOptions<unknown>>) {
    this.definition = batch({
      name: 'limited',
      maxSize: 1,
      maxWaitMs: 60_000,
      handler: async () => {
        this.most = Math.max(this.most, ++this.running);
        await this.clock.sleep(HANDLER_MS);
        this.running -= 1;
      },
      ...options,
    }) as unknown as Definition;
  }

  process(change: (services: Partial<Services>) => Partial<Services> = given => given): Deployment {
    const services = change({
      clock: this.clock,
      store: slow(this.store, this.clock, CALL_MS),
      queues: slow(this.queues, this.clock, CALL_MS),
      random: this.#random,
      ...silent,
    });
    return new Deployment({ deployment: 'limits', queueUrlBase: 'http://127.0.0.1/' }, { services }).know([
      this.definition,
    ]);
  }

  /** Has so many processes run all that waits, one job at a time each. Returns how long it took, in ms. */
  async run(workers: number, jobs: number): Promise<number> {
    const adder = this.process();
    await this.clock.until(
      Promise.all(Array.from({ length: jobs }, (_, n) => adder.add(this.definition, [{ n }]))),
    );
    const began = this.clock.now();
    await this.clock.until(Promise.all(Array.from({ length: workers }, () => this.#work(this.process()))));
    return this.clock.now() - began;
  }

  async #work({ services }: Deployment): Promise<void> {
    for (let held = this.queues.jobs.shift(); held; held = this.queues.jobs.shift()) {
      const { message } = held;
      const delivery = { message, receiptHandle: 'r' };
      if ((await runJob(services, this.definition, delivery)) === 'again') this.queues.jobs.push(held);
    }
  }

  async held(): Promise<number> {
    const slots = await this.store.slots.readSlots({ kind: 'permit', batch: 'limited' }, 100);
    return slots.filter(({ by }) => by !== undefined).length;
  }
}

describe('permits', () => {
  test.each([
    [10, 200],
    [50, 500],
  ])(
    'cost less than a tenth of the throughput at concurrency %i, are never exceeded, and are all given back',
    async (concurrency, jobs) => {
      const [free, limited] = [new Scene({}), new Scene({ concurrency })];
      const without = await free.run(concurrency, jobs);
      const took = await limited.run(concurrency, jobs);
      expect(without / took).toBeGreaterThanOrEqual(0.9);
      expect(limited.most).toBeLessThanOrEqual(concurrency);
      expect(await limited.held()).toBe(0);
    },
  );

  test.each([1, 10])(
    'are taken up soon where twice as many processes want one: concurrency %i',
    async concurrency => {
      const jobs = concurrency * 20;
      const [free, limited] = [new Scene({}), new Scene({ concurrency })];
      const without = await free.run(concurrency, jobs);
      const took = await limited.run(concurrency * 2, jobs);
      expect(without / took).toBeGreaterThanOrEqual(0.8);
      expect(limited.most).toBe(concurrency);
      expect(await limited.held()).toBe(0);
    },
  );

  const by = (run: string, scene: Scene) => ({ definition: scene.definition, group: undefined, by: run });
  const taken = async (scene: Scene, run: string, process = scene.process()): Promise<Permit> => {
    const permit = await scene.clock.until(takePermits(process.services, by(run, scene)));
    if (permit === undefined) throw new Error('There is a permit.');
    return permit;
  };

  test('of a dead run are free when its lock has lapsed, and what it still does then harms nobody', async () => {
    const scene = new Scene({ concurrency: 1, lockTtlMs: 5_000 });
    const { clock } = scene;
    const dead = await taken(scene, 'dead');
    const other = scene.process();
    expect(await clock.until(takePermits(other.services, by('b', scene)))).toBeUndefined();
    await clock.pass(5_000);
    const permit = await taken(scene, 'b', other);
    expect(await clock.until(dead.renew())).toBe(false);
    await clock.until(dead.giveBack());
    expect(await clock.until(permit.renew())).toBe(true);
    expect(await scene.held()).toBe(1);
  });

  test('a renewal that finds the permit lapsed and nobody’s keeps it', async () => {
    const scene = new Scene({ concurrency: 1, lockTtlMs: 5_000 });
    const permit = await taken(scene, 'a');
    await scene.clock.pass(60_000);
    expect(await scene.clock.until(permit.renew())).toBe(true);
    const other = scene.process();
    expect(await scene.clock.until(takePermits(other.services, by('b', scene)))).toBeUndefined();
  });

  test('of a process whose clock is 40 days ahead are free a lock’s time after somebody sees it', async () => {
    const scene = new Scene({ concurrency: 1, lockTtlMs: 5_000 });
    const { clock } = scene;
    const ahead = {
      ...clock,
      now: () => clock.now() + 40 * 86_400_000,
      sleep: (ms: number) => clock.sleep(ms),
    };
    await taken(
      scene,
      'astray',
      scene.process(services => ({ ...services, clock: ahead as typeof clock })),
    );
    const other = scene.process();
    expect(await clock.until(takePermits(other.services, by('b', scene)))).toBeUndefined();
    await clock.pass(5_000);
    await taken(scene, 'b', other);
  });

  test('of a greater concurrency are waited for where it is 1 by now', async () => {
    const scene = new Scene({ concurrency: 3 });
    const { services } = scene.process();
    const take = (concurrency: number, run: string) => {
      const definition = { ...scene.definition, concurrency };
      return scene.clock.until(takePermits(services, { definition, group: undefined, by: run }));
    };
    const runs = [await take(3, 'a'), await take(3, 'b'), await take(3, 'c')];
    const slots = await scene.store.slots.readSlots({ kind: 'permit', batch: scene.definition.name }, 3);
    await scene.clock.until(runs['abc'.indexOf(slots[0]?.by ?? '')]?.giveBack() ?? Promise.resolve());
    services.permitsGivenBack.clear();
    expect(await take(1, 'd')).toBeUndefined();
  });

  test('that could not be given back at first are given back all the same', async () => {
    const scene = new Scene({ concurrency: 1 });
    let failures = 2;
    const process = scene.process(services => {
      const { slots } = scene.store;
      const giveBack: typeof slots.giveBack = async (...given) => {
        if (failures-- > 0) throw new Error('throttled');
        return slots.giveBack(...given);
      };
      const failing = new Proxy(slots, {
        get: (target, name) =>
          name === 'giveBack' ? giveBack : (Reflect.get(target, name) as CallableFunction).bind(target),
      });
      return { ...services, store: { ...scene.store, slots: failing } as typeof scene.store };
    });
    const permit = await taken(scene, 'a', process);
    await scene.clock.until(permit.giveBack());
    expect(await scene.held()).toBe(0);
  });
});
