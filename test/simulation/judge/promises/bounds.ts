import { isEnded } from '#lib/store/job';
import { CLOCKS_APART_MS, type Evidence, isOperators, type Run } from '../evidence.ts';
import type { Promised } from '../promised.ts';

/** What a few calls take. */
const CALLS_MS = 1_000;

/** Runs that still went on when another began, and with whose process nothing had gone wrong until then. */
function beside(evidence: Evidence, run: Run): Run[] {
  return evidence.runs.filter(
    other =>
      other !== run &&
      other.order < run.order &&
      other.batch === run.batch &&
      (other.endedAt ?? Number.POSITIVE_INFINITY) > run.startedAt &&
      (other.diedAt ?? Number.POSITIVE_INFINITY) > run.startedAt &&
      // a process that stood still, or could not reach the table, for longer than its lock lives counts as dead
      !other.process.wasTroubled(other.startedAt - 10_000, run.startedAt) &&
      !run.process.wasTroubled(run.startedAt - 10_000, run.startedAt),
  );
}

export const oneRunOfAJob: Promised = {
  name: 'a job never runs twice at once',
  breaches: ({ evidence }) =>
    evidence.runs.flatMap(run =>
      beside(evidence, run)
        .filter(other => other.job === run.job)
        .map(other => `job ${run.job} ran at once in ${other.process.name} and ${run.process.name}`),
    ),
};

export const concurrencyIsKept: Promised = {
  name: 'never more runs at once than concurrency',
  breaches: ({ evidence }) =>
    evidence.runs.flatMap(run => {
      const most = evidence.plansOf(run.batch)[0]?.concurrency;
      if (most === undefined) return [];
      const others = beside(evidence, run);
      return others.length < most
        ? []
        : [`job ${run.job} began beside ${others.length} others, and ${most} may run at once`];
    }),
};

export const permitsAreTold: Promised = {
  name: 'a run whose permit is another’s by now has its signal aborted',
  breaches: ({ evidence }) =>
    evidence.runs.flatMap(run => {
      const plans = evidence.plansOf(run.batch);
      const { endedAt, process } = run;
      if (endedAt === undefined || run.aborted || !plans.every(({ concurrency }) => concurrency === 1))
        return [];
      // it renews its permit several times in a lock's time
      const toldWithin = Math.max(...plans.map(({ lockTtlMs }) => lockTtlMs)) + CALLS_MS;
      if (process.wasTroubled(endedAt - toldWithin, endedAt)) return [];
      const other = evidence.runs.find(
        each =>
          each.batch === run.batch &&
          each.order > run.order &&
          each.startedAt < endedAt - toldWithin &&
          !each.process.wasTroubled(each.startedAt - 10_000, each.startedAt),
      );
      return other === undefined
        ? []
        : [`job ${run.job} was not told that its permit is that of job ${other.job}`];
    }),
};

export const orderedIsKept: Promised = {
  name: 'with ordered, one batch of a group at a time, in the order of its windows',
  breaches: ({ evidence, windows }) => {
    const ends = new Map<string, number>();
    const redriven = new Set<string>();
    for (const { id, before, after, order } of evidence.jobChanges) {
      if (isEnded(after) && !ends.has(id)) ends.set(id, order);
      if (before && isEnded(before) && !isEnded(after)) redriven.add(id);
    }
    const nameOf = (batch: string, group: string | undefined, epoch: string, window: number) =>
      JSON.stringify([batch, group ?? null, epoch, window]);
    const byPlace = new Map(
      [...windows.jobs.values()].map(({ id, batch, group, place }) => [
        nameOf(batch, group, place?.epoch ?? '', place?.window ?? 0),
        id,
      ]),
    );
    return evidence.runs.flatMap(run => {
      if (!evidence.plansOf(run.batch).every(({ ordered }) => ordered)) return [];
      const atOnce = beside(evidence, run)
        .filter(other => other.group === run.group)
        .map(other => `jobs ${other.job} and ${run.job} of group ${run.group} ran at once`);
      const place = windows.jobs.get(run.job)?.place;
      const before = place && byPlace.get(nameOf(run.batch, run.group, place.epoch, place.window - 1));
      const early =
        before !== undefined &&
        !redriven.has(run.job) &&
        !redriven.has(before) &&
        !((ends.get(before) ?? Number.POSITIVE_INFINITY) < run.order);
      return early
        ? [...atOnce, `job ${run.job} ran before job ${before}, which is before it, had ended`]
        : atOnce;
    });
  },
};

/** How long before its windows are sealed a flush is counted at the throttle. */
const COUNTS_WITHIN_MS = 10_000;

export const throttleIsKept: Promised = {
  name: 'no span of duration has more than max flushes',
  breaches: ({ evidence }) => {
    const apart = evidence.world.processes.some(({ skewMs }) => skewMs !== 0) ? CLOCKS_APART_MS : 0;
    return [...evidence.plans.keys()].flatMap(batch => {
      const throttles = evidence.plansOf(batch).map(plan => plan.throttle);
      const known = throttles.filter(each => each !== undefined);
      if (known.length < throttles.length || evidence.removed.has(batch)) return [];
      // where it was changed, some processes go by the old one for a while
      const throttle = {
        max: Math.max(...known.map(({ max }) => max)),
        duration: Math.min(...known.map(({ duration }) => duration)),
      };
      // flushes that an operator has asked for go ahead where they cannot be counted
      const sealed = evidence.sealed.filter(
        one =>
          one.buffer.batch === batch &&
          !(isOperators(evidence, one) && one.by?.wasTroubled(one.at - COUNTS_WITHIN_MS, one.at)),
      );
      return sealed
        .filter(one => !isOperators(evidence, one))
        .flatMap(each => {
          const within = sealed.filter(
            ({ sealedAt, at }) =>
              at <= each.at &&
              sealedAt > each.sealedAt - throttle.duration + apart &&
              sealedAt <= each.sealedAt,
          );
          return within.length <= throttle.max
            ? []
            : [
                `${within.length} windows of ${batch} were flushed within ${throttle.duration} ms, and ${throttle.max} may be`,
              ];
        });
    });
  },
};
