import { isEnded } from '#lib/store/job';
import type { BatchPlan } from '../../actors/batch-plan.ts';
import { purgedJobs } from '../contents.ts';
import { CLOCKS_APART_MS, type Run } from '../evidence.ts';
import { followLives, type Lives } from '../job-lives.ts';
import type { Case, Promised } from '../promised.ts';
import { batchOf } from '../windows.ts';

const known = new WeakMap<Case, Lives>();

function livesOf(given: Case): Lives {
  const lives = known.get(given) ?? followLives(given.evidence, purgedJobs(given));
  known.set(given, lives);
  return lives;
}

export const sameItems: Promised = {
  name: 'every attempt gets the same items, but for those that are settled',
  breaches: given => livesOf(given).sameItems,
};

export const doneStaysDone: Promised = {
  name: 'what was done never comes back',
  breaches: given => livesOf(given).doneStaysDone,
};

export const endsAccount: Promised = {
  name: 'every end of a job accounts for each of its items',
  breaches: given => livesOf(given).accounts,
};

export const itemsSayWhy: Promised = {
  name: 'each item that failed tells what it failed with last',
  breaches: given => livesOf(given).itemErrors,
};

export const attemptsAreBounded: Promised = {
  name: 'a job has no more attempts than it may have, and each runs once',
  breaches: given => livesOf(given).attempts,
};

/** The first handler gets what the window holds. */
export const handlerGetsTheWindow: Promised = {
  name: 'a handler gets all that its window holds, of each key one, in the order of its slots',
  breaches: ({ evidence, windows }) => {
    const purged = purgedJobs({ evidence });
    const first = new Map<string, Run>();
    for (const run of evidence.runs) if (!first.has(run.job)) first.set(run.job, run);
    return [...first.values()].flatMap(({ job, batch, items }) => {
      const held = windows.of(job);
      if (held === undefined || purged.has(job) || evidence.plansOf(batch).some(plan => plan.filters))
        return [];
      const placed = batchOf(held, evidence.items).map(({ id }) => id);
      return placed.join() === items.join()
        ? []
        : [`job ${job} got ${items.join(' ')} of ${placed.join(' ')}`];
    });
  },
};

/** How soon the next attempt may begin after what a run did, by its definition's rules. */
function delayOf({ conduct, attempt }: Run, { retries }: BatchPlan): number {
  const delay = retries.baseDelay * (retries.strategy === 'exponential' ? 2 ** (attempt - 1) : 1);
  const policy = Math.min(delay, DAY_MS) * (retries.jitter ? 0.5 : 1);
  if (conduct === undefined) return 0;
  if (conduct.outcome === 'threw') return conduct.retryAfterMs ?? policy;
  const retried = [...conduct.failed.values()].filter(({ retryable }) => retryable);
  return Math.max(0, ...retried.map(({ delayMs }) => delayMs ?? policy));
}

export const backoffIsKept: Promised = {
  name: 'the next attempt waits for as long as retries say',
  breaches: ({ evidence }) => {
    const apart = evidence.world.processes.some(({ skewMs }) => skewMs !== 0) ? CLOCKS_APART_MS : 1;
    const ended = evidence.jobChanges.filter(
      ({ before, after }) => before?.status === 'active' && after.status === 'retrying',
    );
    return ended.flatMap(({ id, before, after, by, order, at }) => {
      if (after.runs.at(-1)?.outcome === 'died' || after.attempts < (before?.attempts ?? 0)) return [];
      const run = evidence.runs.findLast(
        each =>
          each.job === id && each.process === by && each.order < order && each.attempt === before?.attempts,
      );
      const next = evidence.runs.find(each => each.job === id && each.order > order);
      const redriven = evidence.jobChanges.some(
        change => change.id === id && change.order > order && change.before && isEnded(change.before),
      );
      const plan = evidence.plansOf(run?.batch ?? '')[0];
      if (!run?.endedAt || !next || !plan || redriven || next.startedAt < at) return [];
      const [waited, delay] = [next.startedAt - run.endedAt, delayOf(run, plan)];
      // an attempt that was over its time has the policy's delay, whatever its handler did then
      if (after.runs.at(-1)?.outcome === 'timed out') return [];
      return waited + apart >= delay
        ? []
        : [
            `attempt ${next.attempt} of job ${id} began ${waited} ms after the failure, and was to wait ${delay}`,
          ];
    });
  },
};

export const hooksAreCalledOnce: Promised = {
  name: 'onSuccess and onFail are called at most once for each end of an attempt',
  breaches: ({ evidence }) => {
    const count = (job: string, status: (status: string) => boolean) =>
      evidence.jobChanges.filter(
        ({ id, before, after }) =>
          id === job && before && !isEnded(before) && before.status !== after.status && status(after.status),
      ).length;
    const jobs = new Set(evidence.hooks.map(({ job }) => job));
    return [...jobs].flatMap(job => {
      const calls = (hook: string) =>
        evidence.hooks.filter(call => call.hook === hook && call.job === job).length;
      const completed = count(job, status => status === 'completed');
      const failed = count(job, status => status === 'retrying' || status === 'failed' || status === 'dead');
      return [
        ...(calls('onSuccess') > completed
          ? [`onSuccess was called ${calls('onSuccess')} times for job ${job}`]
          : []),
        ...(calls('onFail') > failed
          ? [`onFail was called ${calls('onFail')} times for job ${job}, which failed ${failed} times`]
          : []),
      ];
    });
  },
};

/** Attempts that a job's definition allows it, where that never changed. */
export const attemptsAreMade: Promised = {
  name: 'a job fails for good only when its attempts are used up, or its handler says so',
  breaches: ({ evidence }) =>
    evidence.jobChanges.flatMap(({ id, before, after, order }) => {
      if (!before || isEnded(before) || (after.status !== 'failed' && after.status !== 'dead')) return [];
      const plan = evidence.plansOf(after.batch)[0];
      const last = evidence.runs.findLast(
        run => run.job === id && run.order < order && run.attempt === after.attempts,
      );
      const conduct = last?.conduct;
      const marks = [...(conduct?.failed.values() ?? [])];
      const saidSo =
        conduct?.outcome === 'discarded' ||
        conduct?.nonRetriable === true ||
        (conduct?.outcome === 'returned' && marks.every(({ retryable }) => !retryable));
      if (plan === undefined || saidSo || after.attempts > plan.retries.max) return [];
      return [`job ${id} is ${after.status} after ${after.attempts} of ${plan.retries.max + 1} attempts`];
    }),
};

export const endedJobsAreKept: Promised = {
  name: 'the record of an ended job is kept for its retention',
  breaches: ({ evidence }) =>
    evidence.deleted.flatMap(({ job, at }) => {
      if (job === undefined) return [];
      const age = at - (job.finishedAt ?? at);
      return isEnded(job) && age >= ENDED_LIFE_MS
        ? []
        : [`the record of job ${job.id}, ${job.status}, was deleted ${age} ms after its end`];
    }),
};
const DAY_MS = 86_400_000;
/** What has ended is kept for so long, shown or not, so that no marker left behind and no late message runs it again. */
const ENDED_LIFE_MS = 15 * DAY_MS;

export const onDeadIsCalledOnceAtATime: Promised = {
  name: 'onDead of a job is never called twice at once',
  breaches: ({ evidence }) => {
    const calls = evidence.hooks.filter(({ hook }) => hook === 'onDead');
    return calls.flatMap(call => {
      const other = calls.find(
        each =>
          each.job === call.job &&
          each.order < call.order &&
          each.endedAt === undefined &&
          each.process.alive &&
          !each.process.wasTroubled(each.at, call.at),
      );
      const beside = calls.find(
        each =>
          each.job === call.job &&
          each.order < call.order &&
          each.endedAt !== undefined &&
          each.endedAt > call.at &&
          !each.process.wasTroubled(each.at, call.at),
      );
      return other || beside ? [`onDead of job ${call.job} was called while another call of it went on`] : [];
    });
  },
};

export const signalsAreTrue: Promised = {
  name: 'a handler’s signal is aborted only when its time is up or its job is another’s',
  breaches: ({ evidence }) =>
    evidence.runs.flatMap(({ job, attempt, batch, aborted, startedAt, endedAt, process }) => {
      const { timeout = 890_000 } = evidence.plansOf(batch)[0] ?? {};
      const took = (endedAt ?? startedAt) - startedAt;
      if (
        !aborted ||
        took >= timeout - 1_000 ||
        process.wasTroubled(startedAt - 10_000, endedAt ?? startedAt)
      )
        return [];
      return [`the signal of attempt ${attempt} of job ${job} was aborted after ${took} ms`];
    }),
};

export const itemsAreWhole: Promised = {
  name: 'a handler gets each item as it was added',
  breaches: ({ evidence }) => evidence.seen.content.slice(0, 5),
};
