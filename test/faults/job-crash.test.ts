import { describe, expect, test } from '@jest/globals';
import { FAULTS, type Fault } from '../support/faulty-wire.ts';
import { JobScene } from '../support/job-scene.ts';
import { JOB_SCENARIOS, type JobScenario } from './job-scenarios.ts';

/**
 * The faults that can tell at a call. A read changes nothing, so that it is all the same whether it was applied; and
 * what goes wrong with a visibility that has been set is swallowed, as is setting it twice.
 */
function faultsOf(call: string): readonly Fault[] {
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
      const { calls, breaches } = await play(scenario, 0, 'die before');
      expect(breaches).toEqual([]);
      expect(calls.length).toBeGreaterThan(0);
      const found: Record<string, string[]> = {};
      const plays = calls.flatMap((call, i) => faultsOf(call).map(fault => ({ call, at: i + 1, fault })));
      await Promise.all(
        Array.from({ length: PARALLEL }, async () => {
          for (let next = plays.shift(); next; next = plays.shift()) {
            const result = await play(scenario, next.at, next.fault);
            if (result.breaches.length > 0)
              found[`${next.fault} call ${next.at}, ${next.call}`] = result.breaches;
          }
        }),
      );
      expect(found).toEqual({});
    },
    600_000,
  );
});
