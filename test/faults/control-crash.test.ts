import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { playEveryFault } from '../support/every-fault.ts';
import { FAULTS, type Fault } from '../support/faulty-wire.ts';
import { Judge } from '../support/judge.ts';
import { World } from '../support/world.ts';

interface Item {
  readonly id: string;
}

const MAX_SIZE = 3;
const MAX_WAIT_MS = 3_000_000;

/** A batch of its own, with its judge; its handler fails for as long as it is told to. */
class Scene {
  readonly judge = new Judge();
  readonly definition: Definition;
  world!: World;
  failing = false;

  constructor() {
    this.definition = batch<Item>({
      name: 'control',
      maxSize: MAX_SIZE,
      maxWaitMs: MAX_WAIT_MS,
      handler: context => {
        if (this.failing) throw new Error('as told');
        this.judge.handler(context);
      },
    }) as unknown as Definition;
  }

  of(deployment: Deployment): BatchOperations {
    return operationsOf(deployment, this.definition);
  }

  get healthy(): BatchOperations {
    return this.of(this.world.healthy);
  }

  async add(...ids: string[]): Promise<string> {
    const receipts = await this.world.healthy.add(
      this.definition,
      ids.map(id => ({ id })),
    );
    receipts.forEach((receipt, at) => {
      this.judge.acknowledge(ids[at] ?? '', receipt);
    });
    return receipts[0]?.job ?? '';
  }

  /** Pauses it, and lets the second pass for which others may not know it. */
  async pause(): Promise<void> {
    await this.healthy.pause();
    this.world.clock.advance(1_001);
  }

  async isPaused(): Promise<boolean> {
    return (await this.world.healthy.services.store.controls.readControl('control')).paused;
  }
}

/** An operation that a process performs while something goes wrong. */
interface Scenario {
  readonly name: string;
  readonly before: (scene: Scene) => Promise<unknown>;
  readonly act: (scene: Scene, operations: BatchOperations) => Promise<unknown>;
  /** What is to hold after the recovery, and what healthy processes then do; returns breaches. */
  readonly after: (scene: Scene, acted: boolean) => Promise<string[]>;
}

/** A call that changes nothing: a process that dies at it dies as one that dies before its next change. */
const READS: readonly string[] = ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand'];
/** The faults that a call of a run is played with; of reads that are made at the same time the first stands for all. */
function faultsOf(calls: readonly string[], at: number): readonly Fault[] {
  const [before, call = ''] = [calls[at - 2], calls[at - 1]];
  if (!READS.includes(call)) return FAULTS;
  return before === call ? [] : ['fail before'];
}

/** Lets all be done that may be: of a paused batch two rounds are enough, and its buffers are left. */
async function recover({ world }: Scene): Promise<void> {
  for (let round = 0; round < 3; round++) {
    world.clock.advance(120_000);
    await runTicker(world.healthy.services, world.clock.now() + 1, { tickIntervalMs: 1 });
    await world.fireTimers();
    if ((await world.runJobs()) === 0 && (round > 0 || (await world.leftBehind()).length === 0)) return;
  }
}

/** Resumes what is paused, and lets all come out. */
async function finish(scene: Scene): Promise<string[]> {
  await scene.healthy.resume();
  await scene.healthy.flush();
  await recover(scene);
  return [];
}

async function fail(scene: Scene): Promise<void> {
  scene.failing = true;
  await scene.add('a', 'b', 'c');
  await scene.world.runJobs();
  scene.failing = false;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'pause',
    before: scene => scene.add('a', 'b'),
    act: (_, operations) => operations.pause(),
    async after(scene, acted) {
      const breaches = acted && !(await scene.isPaused()) ? ['it said that it paused, and has not'] : [];
      await scene.add('c', 'd');
      await finish(scene);
      return breaches;
    },
  },
  {
    name: 'resume',
    async before(scene) {
      await scene.add('a', 'b', 'c');
      await scene.pause();
      await scene.world.runJobs();
      await scene.add('d', 'e', 'f', 'g');
    },
    act: (_, operations) => operations.resume(),
    async after(scene) {
      if (await scene.isPaused()) {
        const early = scene.judge.batches.length > 0 ? ['it ran while it was paused'] : [];
        await finish(scene);
        return early;
      }
      // the ticker does the rest, whoever died over it, when the window is due at the latest
      scene.world.clock.advance(MAX_WAIT_MS);
      await recover(scene);
      const full = scene.judge.batches.filter(({ length }) => length === MAX_SIZE).length;
      const breaches = full < 2 ? [`${full} of 2 full batches came out by themselves`] : [];
      await finish(scene);
      return breaches;
    },
  },
  {
    name: 'flush',
    before: scene => scene.add('a', 'b'),
    act: (_, operations) => operations.flush(),
    after: finish,
  },
  {
    name: 'drain',
    async before(scene) {
      await scene.add('a', 'b', 'c');
      await scene.pause();
      await scene.world.runJobs();
      await scene.add('d', 'e');
    },
    act: (_, operations) => operations.startDrain(),
    async after(scene) {
      const { drain, paused } = await scene.world.healthy.services.store.controls.readControl('control');
      const breaches: string[] = [];
      if (!paused) breaches.push('it is not paused');
      if (drain !== undefined && drain.state !== 'drained') breaches.push(`it is ${drain.state}`);
      const out = scene.judge.batches.flat().length;
      if (drain !== undefined && out !== 5) breaches.push(`it drained ${out} of 5`);
      if (drain === undefined && out > 0) breaches.push('it ran while it was paused');
      await finish(scene);
      return breaches;
    },
  },
  {
    name: 'redrive',
    before: fail,
    act: async (scene, operations) => {
      const { jobs } = await scene.healthy.getJobs();
      return operations.redrive(jobs[0]?.id ?? '');
    },
    async after(scene) {
      // one whose redrive never began is as it was, and can be redriven
      await scene.healthy.redriveAll();
      await finish(scene);
      const [job] = (await scene.healthy.getJobs()).jobs;
      const breaches = job?.status === 'completed' ? [] : [`its job is ${job?.status}`];
      return job?.redrives === 1 ? breaches : [...breaches, `it was redriven ${job?.redrives} times`];
    },
  },
  {
    name: 'purge',
    before: fail,
    act: async (scene, operations) => {
      const { jobs } = await scene.healthy.getJobs();
      return operations.purge(jobs[0]?.id ?? '');
    },
    async after(scene) {
      const { jobs } = await scene.healthy.getJobs();
      for (const { id } of jobs) await scene.healthy.purge(id);
      return (await scene.healthy.getJobs()).jobs.map(({ id }) => `${id} is still there`);
    },
  },
];

describe('wherever an operator’s process dies or its call fails, nothing is lost, doubled or left behind', () => {
  /** Plays a scenario with a fault at its n-th call; returns the calls made and the breaches. */
  async function play(scenario: Scenario, at: number, fault: Fault) {
    const scene = new Scene();
    scene.world = new World([scene.definition]);
    await scenario.before(scene);
    const { deployment, wire } = scene.world.process(at, fault);
    const acted = await scenario.act(scene, scene.of(deployment)).then(
      () => true,
      () => false,
    );
    const calls = [...wire.calls];
    await recover(scene);
    const breaches = await scenario.after(scene, acted);
    if (scenario.name !== 'purge') breaches.push(...scene.judge.verdict(MAX_SIZE));
    const left = await scene.world.leftBehind();
    await scene.world.stop();
    return { calls, breaches: [...breaches, ...left.map(entry => `left behind: ${entry}`)] };
  }

  test.each(SCENARIOS)(
    '$name',
    async scenario => {
      expect(await playEveryFault((at, fault) => play(scenario, at, fault), faultsOf)).toEqual({});
    },
    600_000,
  );
});
