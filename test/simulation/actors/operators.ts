import type { Deployment } from '#lib/deployment/deployment';
import { type BatchOperations, operationsOf } from '#lib/operations';
import type { Evidence, Operation } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { Instance } from '../world/lambda.ts';
import type { Stage } from '../world/stage.ts';
import { PACES } from './pace.ts';
import type { Plan } from './plan.ts';

type Ask = (operations: BatchOperations, draws: Draws, about: (job: string) => void) => Promise<unknown>;

const ASKS: Readonly<Record<string, Ask>> = {
  pause: operations => operations.pause(),
  'pause ingestion': operations => operations.pause({ ingestion: true }),
  resume: operations => operations.resume(),
  flush: operations => operations.flush(),
  'flush by force': operations => operations.flush(undefined, { force: true }),
  drain: (operations, draws) => operations.drain({ timeoutMs: draws.pick([2_000, 60_000]) }),
  startDrain: operations => operations.startDrain({ timeoutMs: 60_000 }),
  status: operations => operations.status(),
  getJobs: operations => operations.getJobs({ limit: 20 }),
  redriveAll: operations => operations.redriveAll(),
  redrive: async (operations, draws, about) => {
    const { jobs } = await operations.getJobs({ status: draws.pick(['failed', 'dead']), limit: 10 });
    if (jobs.length === 0) return undefined;
    const { id } = draws.pick(jobs);
    about(id);
    return operations.redrive(id);
  },
  getJobItems: async (operations, draws) => {
    const { jobs } = await operations.getJobs({ limit: 10 });
    return jobs.length > 0 ? operations.getJobItems(draws.pick(jobs).id) : undefined;
  },
  purge: async (operations, draws, about) => {
    const { jobs } = await operations.getJobs({
      status: draws.pick(['completed', 'failed', 'dead']),
      limit: 10,
    });
    if (jobs.length === 0) return undefined;
    const { id } = draws.pick(jobs);
    about(id);
    return operations.purge(id);
  },
};

/** Has an operator ask things of batches, each from a process of its own. */
export function operate(stage: Stage, plan: Plan, evidence: Evidence): void {
  const { world } = stage;
  const draws = world.draws.of('operators');
  for (let number = 0; number < plan.operations; number++) {
    const name = draws.pick(plan.operate ?? Object.keys(ASKS));
    const batch = draws.pick(plan.batches).name;
    const own = world.draws.of(`operation ${number}`);
    world.scheduler.after(draws.int(0, plan.activeMs), () => {
      void ask(stage, evidence, `operator${number}`, batch, name, own);
      // who holds a batch back lets it go on, most of the time
      if (/pause|drain/i.test(name) && own.chance(0.8)) {
        world.scheduler.after(own.pick<number>(PACES[plan.pace].resumeAfterMs), () =>
          ask(stage, evidence, `operator${number}r`, batch, 'resume', own),
        );
      }
    });
  }
}

/** Resumes every batch, again and again until it is said to be done. */
export async function resumeAll(stage: Stage, plan: Plan, evidence: Evidence): Promise<void> {
  for (const { name } of plan.batches) {
    const draws = stage.world.draws.of(`resume ${name}`);
    await ask(stage, evidence, `resume-${name}`, name, 'resume', draws);
  }
}

async function ask(
  stage: Stage,
  evidence: Evidence,
  who: string,
  batch: string,
  name: string,
  draws: Draws,
): Promise<void> {
  const { world } = stage;
  const { made: deployment, process }: Instance<Deployment> = stage.start(who);
  const definition = deployment.services.definitionOf(batch);
  if (definition === undefined) return;
  const operation: Operation = {
    name,
    batch,
    order: evidence.next(),
    calledAt: world.now,
    process,
    job: undefined,
    endedAt: undefined,
    result: undefined,
    error: undefined,
  };
  evidence.operations.push(operation);
  world.tell(`${process.name} asks ${name} of ${batch}`);
  try {
    operation.result = await ASKS[name]?.(operationsOf(deployment, definition), draws, job => {
      operation.job = job;
    });
  } catch (error) {
    operation.error = error;
  }
  operation.endedAt = world.now;
  world.tell(
    `${process.name} has asked ${name}: ${operation.error ? (operation.error as Error).message : 'done'}`,
  );
}
