import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { addTold } from '../support/add-told.ts';
import { playEveryFault } from '../support/every-fault.ts';
import type { Fault } from '../support/faulty-wire.ts';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

interface Item {
  readonly id: string;
}

const MAX_SIZE = 3;
/** Items are named `key/copy`, so that copies share a dedup key. */
const keyOf = (id: string): string => id.split('/')[0] ?? id;

/** One operation that the process performs while something goes wrong. */
interface Scenario {
  readonly name: string;
  readonly dedup?: boolean;
  /** What healthy processes have done before. */
  readonly before?: (scene: Scene) => Promise<unknown>;
  readonly act: (scene: Scene, deployment: Deployment) => Promise<unknown>;
  /** What healthy processes do afterwards, before the recovery. */
  readonly after?: (scene: Scene) => Promise<unknown>;
}

/** A buffer of its own, with its judge. */
class Scene {
  readonly judge = new Judge();
  readonly definition: Definition;
  world!: World;

  constructor(dedup: boolean) {
    this.definition = batch<Item>({
      name: 'crash',
      maxSize: MAX_SIZE,
      maxWaitMs: 500,
      // a process that dies has used an attempt up
      retries: { max: 2 },
      deadLetter: { enabled: true },
      ...(dedup && { deduplicateBy: item => keyOf(item.id) }),
      handler: this.judge.handler,
    }) as unknown as Definition;
  }

  /** Adds items, and takes down what the producer is told. */
  add(deployment: Deployment, ...ids: string[]): Promise<void> {
    return addTold(deployment, this.definition, ids, (id, receipt) => this.judge.acknowledge(id, receipt));
  }
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'an add that opens a window',
    act: (scene, process) => scene.add(process, 'a'),
    after: scene => scene.add(scene.world.healthy, 'b'),
  },
  {
    name: 'an add that fills a window',
    before: scene => scene.add(scene.world.healthy, 'a', 'b'),
    act: (scene, process) => scene.add(process, 'c'),
    after: scene => scene.add(scene.world.healthy, 'd'),
  },
  {
    name: 'a bulk that spills over several windows',
    before: scene => scene.add(scene.world.healthy, 'a'),
    act: (scene, process) => scene.add(process, 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'),
    after: scene => scene.add(scene.world.healthy, 'j'),
  },
  {
    name: 'a timer',
    before: scene => scene.add(scene.world.healthy, 'a', 'b'),
    act: (scene, process) => scene.world.fireTimers(process),
  },
  {
    name: 'the ticker with a window that no timer sealed',
    before: async scene => {
      await scene.add(scene.world.healthy, 'a', 'b');
      scene.world.clock.advance(10_000);
    },
    act: ({ world }, process) => runTicker(process.services, world.clock.now() + 1, { tickIntervalMs: 1 }),
  },
  {
    name: 'a consumer',
    before: scene => scene.add(scene.world.healthy, 'a', 'b', 'c'),
    act: (scene, process) => scene.world.runJobs(process),
  },
  {
    name: 'a consumer that has to fence',
    before: async scene => {
      const { store } = scene.world.healthy.services;
      await store.heads.reserve({ batch: 'crash', group: undefined, shard: 0 }, 1, 0, {
        cap: MAX_SIZE,
        waitMs: 500,
        now: scene.world.clock.now(),
        by: 'a writer that died',
        ordered: false,
      });
      await scene.add(scene.world.healthy, 'a', 'b');
    },
    act: (scene, process) => scene.world.runJobs(process),
  },
  {
    name: 'an add with a dedup key',
    dedup: true,
    act: (scene, process) => scene.add(process, 'a/1'),
    after: scene => scene.add(scene.world.healthy, 'a/2', 'b/1'),
  },
  {
    name: 'a bulk with dedup keys, some of them taken',
    dedup: true,
    before: scene => scene.add(scene.world.healthy, 'a/1'),
    act: (scene, process) => scene.add(process, 'a/2', 'b/1', 'c/1', 'b/2', 'd/1', 'e/1'),
    after: scene => scene.add(scene.world.healthy, 'e/2', 'b/3', 'f/1'),
  },
];

describe('wherever a process dies or a call fails, nothing is lost, doubled or left behind', () => {
  /** Plays a scenario with a fault at its n-th call; returns the calls made and the breaches. */
  async function play(scenario: Scenario, at: number, fault: Fault) {
    const scene = new Scene(scenario.dedup ?? false);
    scene.world = new World([scene.definition]);
    await scenario.before?.(scene);
    const { deployment, wire } = scene.world.process(at, fault);
    await scenario.act(scene, deployment).catch(() => {});
    const calls = [...wire.calls];
    await scenario.after?.(scene);
    await scene.world.recover();
    const breaches = scene.judge.verdict(MAX_SIZE, scenario.dedup ? keyOf : undefined);
    const left = await scene.world.leftBehind();
    await scene.world.stop();
    return { calls, breaches: [...breaches, ...left.map(entry => `left behind: ${entry}`)] };
  }

  test.each(SCENARIOS)(
    '$name',
    async scenario => {
      expect(await playEveryFault((at, fault) => play(scenario, at, fault))).toEqual({});
    },
    600_000,
  );
});
