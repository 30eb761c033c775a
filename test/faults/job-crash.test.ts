import { describe, expect, test } from '@jest/globals';
import { playEveryFault } from '../support/every-fault.ts';
import { FAULTS, type Fault } from '../support/faulty-wire.ts';
import { JobScene } from '../support/job-scene.ts';
import { JOB_SCENARIOS, type JobScenario } from './job-scenarios.ts';

/**
 * The faults that can tell at a call. A read changes nothing, so that it is all the same whether it was applied; and
 * what goes wrong with a visibility that has been set is swallowed, as is setting it twice.
 */
function faultsOf(calls: readonly string[], at: number): readonly Fault[] {
  const call = calls[at - 1] ?? '';
  if (READS.includes(call)) return ['die before', 'fail before'];
  if (call === 'ChangeMessageVisibilityCommand') return ['die before', 'die after', 'fail before'];
  return FAULTS;
}
const READS = ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand'];

/** Plays under way at the same time: each has a deployment of its own. */
const PARALLEL = 4;

describe('wherever a process that runs jobs dies or a call fails, no promise of a job’s life is broken', () => {
  /** Plays a scenario with a fault at its n-th call; returns the calls made and the breaches. */
  async function play(scenario: JobScenario, at: number, fault: Fault) {
    const scene = new JobScene(scenario.options);
    scene.begin();
    await scenario.before(scene);
    const { deployment, wire } = scene.world.process(at, fault);
    await scenario.act(scene, deployment).catch(() => {});
    const calls = [...wire.calls];
    await scenario.after?.(scene);
    await scene.world.recover();
    const breaches = [...scene.breaches, ...(await scenario.judge(scene)), ...(await scene.verdict())];
    await scene.world.stop();
    return { calls, breaches };
  }

  test.each(JOB_SCENARIOS)(
    '$name',
    async scenario => {
      expect(await playEveryFault((at, fault) => play(scenario, at, fault), faultsOf, PARALLEL)).toEqual({});
    },
    600_000,
  );
});
