import { isEnded } from '#lib/store/job';
import type { Purged } from '../../actors/asks.ts';
import { purgedJobs } from '../contents.ts';
import { type Evidence, isOf, type Operation } from '../evidence.ts';
import type { Promised } from '../promised.ts';

export const statusIsTrue: Promised = {
  name: 'at rest, status, buffer sizes and listings tell what there is',
  breaches: ({ census }) => [...census],
};

/** Between two looks of who waits for a job, and what a call takes where it is slow. */
const LOOK_MS = 20_000;

export const waitForSees: Promised = {
  name: 'waitFor sees the end of its job',
  breaches: ({ evidence }) => {
    const purged = purgedJobs({ evidence });
    return evidence.operations.flatMap(({ name, job, error, endedAt, calledAt, process }) => {
      if (name !== 'waitFor' || endedAt === undefined || error === undefined) return [];
      // a purged job is not shown any more
      if (job !== undefined && purged.has(job)) return [];
      const ended = evidence.jobChanges.find(({ id, after }) => id === job && isEnded(after));
      const redriven = evidence.jobChanges.some(
        ({ id, before, after }) => id === job && before && isEnded(before) && !isEnded(after),
      );
      if (ended === undefined || redriven || process?.wasTroubled(calledAt, endedAt)) return [];
      return ended.at < endedAt - LOOK_MS
        ? [`waitFor of job ${job} gave up ${endedAt - ended.at} ms after its end`]
        : [];
    });
  },
};

/** The jobs that an operation has purged, as it says: by their id, or all that a filter has found. */
function purgedBy({ purges }: Evidence, op: Operation): readonly string[] {
  if (op.error !== undefined || op.endedAt === undefined) return [];
  if (op.name === 'purge') return op.job === undefined ? [] : [op.job];
  if (op.name !== 'purgeJobs') return [];
  const { refused } = op.result as Purged;
  const begun = purges.filter(purge => isOf(op, purge)).map(({ job }) => job.id);
  return [...new Set(begun)].filter(id => !refused.includes(id));
}

export const purgeTakesAway: Promised = {
  name: 'after a purge nothing of a job’s items is left',
  breaches: ({ evidence, windows }) =>
    evidence.operations.flatMap(op => {
      const jobs = purgedBy(evidence, op);
      const told =
        op.name === 'purgeJobs' && op.error === undefined ? (op.result as Purged | undefined) : undefined;
      const fewer = (told?.done ?? 0) > jobs.length;
      return [
        ...(fewer ? [`${op.name} of ${op.batch} says ${told?.done} jobs, and purged ${jobs.length}`] : []),
        ...jobs.flatMap(job => {
          const left = windows.of(job) ?? [];
          const isGone = evidence.jobChanges.some(
            ({ id, before, after }) =>
              id === job && (before?.runs.length ?? 0) > 0 && after.runs.length === 0,
          );
          return [
            ...(left.length > 0
              ? [`job ${job} was purged, and its window holds ${left.map(({ id }) => id).join(' ')}`]
              : []),
            ...(isGone ? [] : [`job ${job} was purged, and its record stands`]),
          ];
        }),
      ];
    }),
};
