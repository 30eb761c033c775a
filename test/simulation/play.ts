import './world/deterministic.ts';
import { loadAll } from '#lib/late-import';
import { operate, resumeAll } from './actors/operators.ts';
import { PACES } from './actors/pace.ts';
import { type Budget, type Plan, planOf } from './actors/plan.ts';
import { produce } from './actors/producers.ts';
import { census } from './judge/census.ts';
import { Evidence } from './judge/evidence.ts';
import type { Breach } from './judge/promised.ts';
import { verdict } from './judge/verdict.ts';
import { restartIds } from './world/deterministic.ts';
import { type Mutation, Stage } from './world/stage.ts';
import { World } from './world/world.ts';

/** Within what an operator has looked at all jobs of a batch, a few at a time. */
const COUNTS_WITHIN_MS = 60_000;

export interface Played {
  readonly plan: Plan;
  readonly breaches: readonly Breach[];
  /** The same for two plays of one seed. */
  readonly digest: string;
  readonly history: readonly string[];
  readonly steps: number;
  /** Virtual milliseconds. */
  readonly tookMs: number;
}

export interface PlayOptions {
  readonly budget?: Budget;
  readonly mutation?: Mutation;
  /** How long after the faults have stopped everything has to have come to its end. Default: by its pace. */
  readonly livenessMs?: number;
  /** Whether the history is kept as text. */
  readonly trace?: boolean;
}

/** Plays what a seed decides, and judges it. */
export async function play(
  seed: number,
  { budget, mutation, livenessMs, trace }: PlayOptions = {},
): Promise<Played> {
  // loaded beforehand: how long a file takes to be read is nothing that a seed decides
  await loadAll();
  restartIds();
  const plan = planOf(seed, budget);
  const pace = PACES[plan.pace];
  const world = new World(seed, trace);
  if (budget?.faults !== undefined) world.faultsLeft = budget.faults;
  const evidence = new Evidence(world);
  evidence.calm = plan.calm;
  evidence.pace = plan.pace;
  evidence.bus = plan.bus;
  world.witnesses.push(evidence);
  world.weather = plan.weather;
  const stage = new Stage(world, plan, evidence, mutation ?? {});
  const began = world.now;
  stage.unfold(plan);
  produce(stage, plan, evidence);
  operate(stage, plan, evidence);
  watch(stage, evidence, pace.watchEveryMs);
  await world.scheduler.run(began + plan.activeMs);

  // from here on nothing goes wrong any more, and everything has to come to its end
  world.tell('the faults stop');
  evidence.calmFrom = world.now;
  world.clearUp();
  stage.restore();
  let resumed = false;
  const resume = (): void => {
    resumed = false;
    void resumeAll(stage, plan, evidence).then(() => {
      resumed = true;
    });
  };
  resume();
  let left: string[] = [];
  const plans = plan.batches.flatMap(({ name }) => evidence.plansOf(name));
  // a throttle lets what has gathered out one flush after the other
  const throttledMs = Math.max(
    ...plans.map(({ throttle }) => (throttle ? (evidence.items.size * throttle.duration) / throttle.max : 0)),
  );
  const until = world.now + (livenessMs ?? pace.livenessMs) + throttledMs;
  // what processes hold in memory goes on its way by then
  const heldUntil =
    world.now +
    Math.max(...plans.map(({ persist, maxWaitMs }) => (persist ? 0 : maxWaitMs + RESENT_WITHIN_MS)));
  let quietLooks = 0;
  while (world.now < until && quietLooks < 2) {
    await world.scheduler.run(world.now + pace.lookEveryMs);
    // a pause whose answer was lost, or that was slow, may be applied after the last resume
    if (resumed && stage.storage.isPaused()) resume();
    left = stage.unfinished();
    // a hook of a job that has ended may still add
    const ended = resumed && left.length === 0 && stage.functions.areIdle && world.now > heldUntil;
    quietLooks = ended ? quietLooks + 1 : 0;
  }
  const isAtRest = quietLooks >= 2;
  const counted = isAtRest ? await countAll(stage, plan) : [];
  const breaches = await verdict(evidence, stage, isAtRest ? [] : left, counted);
  return {
    plan,
    breaches,
    digest: world.digest(),
    history: world.history,
    steps: world.scheduler.steps,
    tookMs: world.now - began,
  };
}

/** The longest pause after which a process sends a batch again that its queue has refused. */
const RESENT_WITHIN_MS = 60_000;

/** Holds what is told of all batches against what there is. */
async function countAll(stage: Stage, { batches }: Plan): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name } of batches) {
    let isDone = false;
    const counting = census(stage, name).finally(() => {
      isDone = true;
    });
    await stage.world.scheduler.run(stage.world.now + COUNTS_WITHIN_MS, () => isDone);
    if (isDone) wrong.push(...(await counting));
    else wrong.push(`${name} could not be counted within ${COUNTS_WITHIN_MS} ms`);
  }
  return wrong;
}

/** Looks now and then whether something could be lost if everybody died in this moment. */
function watch(stage: Stage, evidence: Evidence, everyMs: number): void {
  const { world } = stage;
  const draws = world.draws.of('watch');
  const look = (): void => {
    for (const key of stage.storage.undiscoverable())
      evidence.seen.discoverable.push(`nothing would ever look at ${key}`);
    if (world.now < evidence.calmFrom) world.scheduler.after(draws.duration(everyMs), look);
  };
  world.scheduler.after(draws.duration(everyMs), look);
}
