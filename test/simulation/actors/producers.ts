import { AddIncompleteError, CisternError } from 'cistern';
import type { Deployment } from '#lib/deployment/deployment';
import { operationsOf } from '#lib/operations';
import type { Evidence, Item, Operation } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { Instance } from '../world/lambda.ts';
import type { Process } from '../world/process.ts';
import type { Stage } from '../world/stage.ts';
import type { PlayItem } from './definitions.ts';
import type { Plan } from './plan.ts';

/** Has producers add items, each a process of its own that is replaced when it dies. */
export function produce(stage: Stage, plan: Plan, evidence: Evidence): void {
  const { world } = stage;
  let items = 0;
  const perProducer = Math.ceil(plan.adds / plan.producers);
  for (let number = 0; number < plan.producers; number++) {
    const draws = world.draws.of(`producer ${number}`);
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
      const size = draws.chance(0.6) ? 1 : draws.int(2, 9);
      const given = Array.from(
        { length: size },
        (): PlayItem => makeItem(draws, `i${items++}`, stage, batch),
      );
      void add(instance, batch, given, evidence, draws);
    };
    world.scheduler.after(draws.duration(500), step);
  }
}

/** Bursts, and then nothing for a while. */
const pauseOf = (draws: Draws, { activeMs }: Plan, adds: number): number =>
  draws.chance(0.5) ? draws.int(0, 5) : draws.duration((1.5 * activeMs) / (adds + 1));

function makeItem(draws: Draws, id: string, stage: Stage, batch: string): PlayItem {
  const { groups = 0, keys = 0 } = stage.planOf(batch) ?? {};
  return {
    id,
    group: `g${draws.int(0, Math.max(0, groups - 1))}`,
    key: `k${draws.int(0, Math.max(0, keys - 1))}`,
    urgent: draws.chance(0.1),
  };
}

async function add(
  instance: Instance<Deployment>,
  batch: string,
  given: readonly PlayItem[],
  evidence: Evidence,
  draws: Draws,
): Promise<void> {
  const { world } = evidence;
  const { process, made: deployment } = instance;
  const definition = deployment.services.definitionOf(batch);
  if (definition === undefined) return;
  const calledAt = world.now;
  const items = given.map(
    ({ id, group, key }): Item => ({
      id,
      batch,
      group: definition.groupBy ? group : undefined,
      key: definition.deduplicateBy ? key : undefined,
      calledAt: world.now,
      told: 'silent',
      toldAt: undefined,
      receipt: undefined,
    }),
  );
  for (const item of items) evidence.items.set(item.id, item);
  world.tell(
    `${process.name} adds ${given.map(({ id, group, key }) => `${id}/${group}/${key}`).join(' ')} to ${batch}`,
  );
  const tell = (item: Item | undefined, told: Item['told'], receipt?: Item['receipt']): void => {
    if (item) Object.assign(item, { told, toldAt: world.now, receipt });
  };
  const before = process.requests;
  const alone = !busy.has(process);
  busy.set(process, (busy.get(process) ?? 0) + 1);
  try {
    const receipts = await deployment.add(definition, given);
    const buffers = new Set(items.map(item => item.group)).size;
    const calls = alone && busy.get(process) === 1 ? process.requests - before : undefined;
    const sealed = evidence.sealed.filter(({ by, at }) => by === process && at >= calledAt).length;
    evidence.adds.push({ batch, items, calledAt, calls, buffers, sealed });
    for (const [at, receipt] of receipts.entries()) tell(items[at], 'stored', receipt);
    world.tell(
      `${process.name} is told of ${given[0]?.id}: ${receipts.map(({ job, slot, duplicate }) => `${job.slice(0, 8)}/${slot}${duplicate ? 'd' : ''}`).join(' ')}`,
    );
    if (draws.chance(0.15)) void wait(instance, batch, receipts[0]?.job ?? '', evidence);
  } catch (error) {
    world.tell(`${process.name} is told of ${given[0]?.id}: ${(error as Error).message}`);
    if (error instanceof AddIncompleteError) {
      for (const { index, receipt } of error.stored) tell(items[index], 'stored', receipt);
      for (const index of error.notStored) tell(items[index], 'not stored');
      for (const index of error.unknown) tell(items[index], 'unknown');
      return;
    }
    if (!(error instanceof CisternError))
      evidence.breaches.push(`add threw what is no error of ours: ${String(error)}`);
    for (const item of items) tell(item, 'refused');
  } finally {
    const others = (busy.get(process) ?? 1) - 1;
    // one that began beside another is not alone either
    if (others > 0) busy.set(process, others + 1_000);
    else busy.delete(process);
  }
}

/** Adds that processes have under way. */
const busy = new WeakMap<Process, number>();

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
    operation.result = await operationsOf(deployment, definition).waitFor(job, { timeoutMs: 120_000 });
  } catch (error) {
    operation.error = error;
  }
  operation.endedAt = evidence.world.now;
}
