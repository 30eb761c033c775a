import { NonRetriableError, RetryAfterError } from 'cistern';
import type { BatchContext } from '#lib/definition/context';
import { define } from '#lib/definition/define';
import type { BatchOptions, Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import type { Conduct, Evidence, HookCall, Mark, Run } from '../judge/evidence.ts';
import type { Draws } from '../world/draws.ts';
import type { Process } from '../world/process.ts';
import { add, makeItem } from './adding.ts';
import type { BatchPlan } from './batch-plan.ts';
import type { PlayItem } from './play-item.ts';

/** What definitions in a process work with. */
export interface Workplace {
  readonly process: Process;
  readonly evidence: Evidence;
  readonly draws: Draws;
  /** Whether handlers still fail. */
  readonly troubled: () => boolean;
  /** As the process reaches it; undefined in one that only reads definitions. */
  readonly deployment: () => Deployment | undefined;
}

/** onDead and hooks that throw do so at the most so often for one job. */
const THROWS_AT_MOST = 2;

/** A batch's definition as a process knows it. Its functions take down what they see. */
export function definitionOf(plan: BatchPlan, workplace: Workplace): Definition {
  const { name, maxSize, maxWaitMs, keys, limits } = plan;
  const hooksAdd = plan.habits.hooksAdd;
  const optional = Object.fromEntries(
    (
      [
        'maxBytes',
        'timeout',
        'concurrency',
        'throttle',
        'maxPendingBatches',
        'quietMs',
        'lingerMs',
        'pool',
      ] as const
    ).flatMap(option => (plan[option] === undefined ? [] : [[option, plan[option]]])),
  ) as Partial<BatchOptions<PlayItem>>;
  return define<PlayItem, unknown, PlayItem>({
    name,
    maxSize,
    maxWaitMs,
    handler: context => handle(context, plan, workplace),
    persist: plan.persist,
    shards: plan.shards,
    ordered: plan.ordered,
    events: plan.events,
    lockTtlMs: plan.lockTtlMs,
    retries: plan.retries,
    ...(plan.groups > 0 && { groupBy: (item: PlayItem) => item.group }),
    ...(keys > 0 && { deduplicateBy: dedupOf(plan) }),
    ...(plan.urgent && { urgent: (item: PlayItem) => item.urgent }),
    ...(limits && {
      limits: (group: string) => (group === 'g0' ? { maxSize: 2, maxWaitMs: 500 } : undefined),
    }),
    deadLetter: {
      enabled: plan.dead !== 'failed',
      ...(plan.dead === 'onDead' && {
        onDead: job =>
          call(workplace, hooksAdd, {
            hook: 'onDead',
            job: job.id,
            batch: name,
            items: job.items.map(({ id }) => id),
          }),
      }),
    },
    hooks: {
      ...(plan.filters && { beforeFlush: (items: readonly PlayItem[]) => filter(items, workplace) }),
      ...(plan.hooks && {
        onSuccess: job =>
          call(workplace, hooksAdd, {
            hook: 'onSuccess',
            job: job.id,
            batch: name,
            items: job.items.map(({ id }) => id),
          }),
        onFail: job =>
          call(workplace, hooksAdd, {
            hook: 'onFail',
            job: job.id,
            batch: name,
            items: job.items.map(({ id }) => id),
          }),
      }),
    },
    ...optional,
  }) as unknown as Definition;
}

function dedupOf({ dedupTtlMs, dedupKeep }: BatchPlan): BatchOptions<PlayItem>['deduplicateBy'] & {} {
  const key = (item: PlayItem) => item.key;
  if (dedupKeep) return { key, at: 'flush', keep: dedupKeep };
  return dedupTtlMs === undefined ? key : { key, ttlMs: dedupTtlMs };
}

async function call(
  workplace: Workplace,
  hooksAdd: number,
  given: Pick<HookCall, 'hook' | 'job' | 'batch' | 'items'>,
): Promise<void> {
  const { evidence, process, draws, troubled } = workplace;
  const { hooks, world } = evidence;
  const before = hooks.filter(({ hook, job }) => hook === given.hook && job === given.job).length;
  const hookCall: HookCall = {
    ...given,
    order: evidence.next(),
    at: world.now,
    process,
    endedAt: undefined,
    returned: false,
  };
  hooks.push(hookCall);
  world.tell(`${process.name} ${given.hook} ${given.job}`);
  await process.clock.sleep(draws.duration(draws.chance(0.3) ? 2_000 : 20));
  if (draws.of(`adds ${given.hook} ${given.job}`).chance(hooksAdd)) await addFrom(given.items, workplace);
  hookCall.endedAt = world.now;
  if (troubled() && before < THROWS_AT_MOST && draws.chance(0.3)) throw new Error(`${given.hook} failed`);
  hookCall.returned = true;
}

async function filter(
  items: readonly PlayItem[],
  { process, draws }: Workplace,
): Promise<readonly PlayItem[]> {
  await process.clock.sleep(draws.duration(10));
  return items.filter(() => draws.chance(0.7));
}

/** Adds items from a handler or a hook, to its own batch or another. Items that were added so add no more. */
async function addFrom(
  items: readonly string[],
  { process, evidence, draws, deployment }: Workplace,
): Promise<void> {
  const made = deployment();
  if (made === undefined || items.some(id => id.startsWith('h'))) return;
  const target = draws.pick(made.services.definitions());
  const { plan = {} } = evidence.plans.get(target.name)?.at(-1) ?? {};
  const given = Array.from({ length: draws.int(1, 3) }, () => makeItem(draws, `h${evidence.next()}`, plan));
  const adding = add({ process, made }, target.name, given, evidence);
  // one that is not awaited is waited for by the invocation
  if (draws.chance(0.7)) await adding;
}

async function handle(
  context: BatchContext<PlayItem>,
  plan: BatchPlan,
  workplace: Workplace,
): Promise<unknown> {
  const { process, evidence, draws, troubled } = workplace;
  const { world } = evidence;
  const { habits } = plan;
  const run: Run = {
    order: evidence.next(),
    job: context.id,
    batch: context.name,
    group: context.groupKey,
    attempt: context.attempt,
    maxAttempts: context.maxAttempts,
    items: context.batch.map(({ id }) => id),
    process,
    startedAt: world.now,
    endedAt: undefined,
    conduct: undefined,
    aborted: false,
    diedAt: undefined,
  };
  evidence.runs.push(run);
  for (const { id, content } of context.batch) {
    if (content === evidence.items.get(id)?.content) continue;
    evidence.seen.content.push(
      `the handler of job ${run.job} got item ${id} with another content than was added`,
    );
  }
  world.tell(`${process.name} runs ${run.job} attempt ${run.attempt}: ${run.items.join(' ')}`);
  const forget = process.onDeath(() => {
    run.diedAt = world.now;
  });
  const end = (conduct: Conduct): void => {
    forget();
    run.endedAt = world.now;
    run.conduct = conduct;
    run.aborted = context.aborted;
    world.tell(`${process.name} ran ${run.job}: ${conduct.outcome} ${[...conduct.failed.keys()].join(' ')}`);
  };
  if (draws.chance(0.3)) await context.progress(draws.int(0, 100), 'working');
  await process.clock.sleep(draws.duration(habits.workMs));
  if (draws.chance(habits.adds)) await addFrom(run.items, workplace);
  const none: Conduct['failed'] = new Map();
  const does = (chance: number): boolean => troubled() && draws.chance(chance);
  if (does(habits.dies)) process.die();
  if (does(habits.hangs)) await new Promise(() => {});
  if (does(habits.overTime) && plan.timeout !== undefined) {
    await process.clock.sleep(draws.int(0, 2) * plan.timeout);
  }
  if (does(habits.throws)) {
    const kind = draws.int(0, 5);
    if (kind === 0) {
      end({ outcome: 'threw', nonRetriable: true, failed: none });
      throw new NonRetriableError('no use');
    }
    if (kind === 1) {
      const retryAfterMs = draws.pick([0, 500, 4_000]);
      end({ outcome: 'threw', retryAfterMs, failed: none });
      throw new RetryAfterError(retryAfterMs);
    }
    end({ outcome: 'threw', failed: none });
    throw new Error('it failed');
  }
  if (does(habits.oddThrows)) {
    end({ outcome: 'threw', failed: none });
    throw draws.pick<unknown>([
      undefined,
      null,
      'text',
      7,
      { code: 'E', message: 'm' },
      Object.create(null),
      Symbol('s'),
    ]);
  }
  if (does(habits.discards)) {
    context.discard('not wanted');
    end({ outcome: 'discarded', failed: none });
    return undefined;
  }
  const failed = new Map<string, Mark>();
  if (does(habits.failsItems)) {
    for (const item of context.batch) {
      if (!draws.chance(0.4)) continue;
      const mark = {
        message: `${item.id} failed in run ${run.order}`,
        retryable: draws.chance(0.7),
        delayMs: draws.chance(0.3) ? draws.pick([0, 700, 3_000]) : undefined,
      };
      context.fail(item, new Error(mark.message), {
        retryable: mark.retryable,
        ...(mark.delayMs !== undefined && { delayMs: mark.delayMs }),
      });
      failed.set(item.id, mark);
    }
  }
  end({ outcome: 'returned', failed });
  return { done: run.items.length };
}
