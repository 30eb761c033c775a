import { operationsOf } from '#lib/batch-operations';
import type { Deployment } from '#lib/deployment/deployment';
import type { Evidence, Operation } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import { invoke, request, type Server } from '../world/http.ts';
import type { Instance } from '../world/lambda.ts';
import type { Stage } from '../world/stage.ts';
import { ASKS, MALFORMED, OVER_HTTP } from './asks.ts';
import { codeOf } from './http-producers.ts';
import { PACES } from './pace.ts';
import type { Plan } from './plan.ts';

/** What operators ask of a batch at the same time as something else. */
const AT_ONCE = ['pause', 'resume', 'flush', 'flush by force', 'drain', 'startDrain'];
/** Within what an operation takes. */
const AT_ONCE_MS = 300;

/** Has operators ask things of batches, each from a process of its own or over HTTP; now and then two at once. */
export function operate(stage: Stage, plan: Plan, evidence: Evidence): void {
  const { world } = stage;
  const draws = world.draws.of('operators');
  for (let number = 0; number < plan.operations; number++) {
    const name = draws.pick(plan.operate ?? Object.keys(ASKS));
    const batch = draws.pick(plan.batches).name;
    const own = world.draws.of(`operation ${number}`);
    const beside = world.draws.of(`beside ${number}`);
    world.scheduler.after(draws.int(0, plan.activeMs), () => {
      void ask(stage, evidence, `operator${number}`, batch, name, own);
      if (beside.chance(0.4)) {
        const other = beside.pick(AT_ONCE);
        world.scheduler.after(beside.int(0, AT_ONCE_MS), () =>
          ask(stage, evidence, `operator${number}b`, batch, other, beside),
        );
      }
      // who holds a batch back lets it go on, most of the time
      if (/pause|drain/i.test(name) && own.chance(plan.resumes)) {
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
  const overHttp = OVER_HTTP[name];
  if (overHttp !== undefined && world.draws.of(`http ${who}`).chance(0.3)) {
    return askOverHttp(stage, evidence, batch, name, overHttp, draws);
  }
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
    const about = (job: string) => {
      operation.job = job;
    };
    const asked = { deployment, definition, evidence };
    operation.result = await ASKS[name]?.(operationsOf(deployment, definition), draws, about, asked);
  } catch (error) {
    operation.error = error;
  }
  operation.endedAt = world.now;
  world.tell(
    `${process.name} has asked ${name}: ${operation.error ? (operation.error as Error).message : 'done'}`,
  );
}

/** Asks over HTTP or by direct invocation; now and then something that cannot be served, before. */
async function askOverHttp(
  stage: Stage,
  evidence: Evidence,
  batch: string,
  name: string,
  { method, path, body, query, direct, resultOf = answer => answer }: (typeof OVER_HTTP)[string],
  draws: Draws,
): Promise<void> {
  const { world, functions } = stage;
  if (draws.chance(0.3)) {
    const odd = draws.pick(MALFORMED)(`/v1/batches/${batch}`);
    const answer = await request(world, functions.admin, odd);
    if (answer !== undefined) {
      evidence.answers.push({
        path: odd.path,
        status: answer.status,
        isMalformed: true,
        code: codeOf(answer.body),
      });
    }
  }
  const operation: Operation = {
    name,
    batch,
    order: evidence.next(),
    calledAt: world.now,
    process: undefined,
    job: undefined,
    endedAt: undefined,
    result: undefined,
    error: undefined,
  };
  evidence.operations.push(operation);
  const taken = (server: Server) => {
    operation.process = server.process;
    operation.takenAt = world.now;
  };
  if (draws.chance(0.3)) {
    const [action, fields] = direct;
    const invoked = await invoke(world, functions.admin, { batch, ...fields }, taken, action);
    operation.endedAt = world.now;
    if (invoked === undefined) operation.error = new Error('No answer came.');
    else if ('answer' in invoked) operation.result = resultOf(invoked.answer);
    else operation.error = new Error(invoked.problem.code);
    return;
  }
  const asked = {
    method,
    path: `/v1/batches/${batch}${path}`,
    query,
    ...(body && { body: JSON.stringify(body) }),
  };
  const answer = await request(world, functions.admin, asked, taken);
  operation.endedAt = world.now;
  if (answer === undefined) operation.error = new Error('No answer came.');
  else {
    evidence.answers.push({
      path: asked.path,
      status: answer.status,
      isMalformed: false,
      code: codeOf(answer.body),
    });
    if (answer.status < 300) operation.result = resultOf(answer.body as object);
    else operation.error = new Error(codeOf(answer.body));
  }
}
