import { operationsOf } from '#lib/batch-operations';
import type { Deployment } from '#lib/deployment/deployment';
import type { Evidence, Operation } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { Instance } from '../world/lambda.ts';
import type { Stage } from '../world/stage.ts';
import { add, makeItem } from './adding.ts';
import { addOverHttp, sendMalformed } from './http-producers.ts';
import type { Plan } from './plan.ts';
import type { PlayItem } from './play-item.ts';

/** Has producers add items, each a process of its own that is replaced when it dies, or a client of the HTTP API. */
export function produce(stage: Stage, plan: Plan, evidence: Evidence): void {
  const { world } = stage;
  let items = 0;
  const perProducer = Math.ceil(plan.adds / plan.producers);
  for (let number = 0; number < plan.producers; number++) {
    const draws = world.draws.of(`producer ${number}`);
    const isClient = world.draws.of(`client ${number}`).chance(0.25);
    let instance: Instance<Deployment> | undefined;
    let left = perProducer;
    const step = (): void => {
      if (left <= 0 || world.now >= evidence.calmFrom) return;
      left -= 1;
      world.scheduler.after(pauseOf(draws, plan, perProducer), step);
      const present = plan.batches.filter(({ name }) => stage.isDeployed(name));
      if (present.length === 0) return;
      // now and then a producer is deployed anew, and learns the present definitions
      if (instance === undefined || !instance.process.alive || draws.chance(0.1)) {
        instance = stage.start(`producer${number}.${left}`);
      }
      const batch = draws.pick(present).name;
      const size = draws.chance(0.6) || plan.rush ? 1 : draws.int(2, 9);
      const given = Array.from(
        { length: size },
        (): PlayItem => makeItem(draws, `i${items++}`, stage.planOf(batch)),
      );
      if (!isClient) void addAndWait(instance, batch, given, evidence, draws);
      else if (draws.chance(0.2)) void sendMalformed(stage, batch, given, evidence, draws);
      else void addOverHttp(stage, batch, given, evidence, draws);
    };
    world.scheduler.after(draws.duration(500), step);
  }
}

/** Bursts, and then nothing for a while; or one long burst. */
const pauseOf = (draws: Draws, { activeMs, rush, producers }: Plan, adds: number): number =>
  rush
    ? draws.int(0, producers)
    : draws.chance(0.5)
      ? draws.int(0, 5)
      : draws.duration((1.5 * activeMs) / (adds + 1));

async function addAndWait(
  instance: Instance<Deployment>,
  batch: string,
  given: readonly PlayItem[],
  evidence: Evidence,
  draws: Draws,
): Promise<void> {
  const job = await add(instance, batch, given, evidence);
  if (job !== undefined && draws.chance(0.15)) void wait(instance, batch, job, evidence);
}

const WAITS_MS = 120_000;

async function wait(
  { process, made: deployment }: Instance<Deployment>,
  batch: string,
  job: string,
  evidence: Evidence,
): Promise<void> {
  const definition = deployment.services.definitionOf(batch);
  if (definition === undefined) return;
  const operation: Operation = {
    name: 'waitFor',
    batch,
    order: evidence.next(),
    calledAt: evidence.world.now,
    process,
    job,
    endedAt: undefined,
    result: undefined,
    error: undefined,
  };
  evidence.operations.push(operation);
  try {
    operation.result = await operationsOf(deployment, definition).waitFor(job, { timeoutMs: WAITS_MS });
  } catch (error) {
    operation.error = error;
  }
  operation.endedAt = evidence.world.now;
}
