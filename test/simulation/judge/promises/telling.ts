import { isEnded } from '#lib/store/job';
import { purgedJobs } from '../contents.ts';
import type { Operation } from '../evidence.ts';
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

/** Whether it has purged a job: it may have found none. */
const isDone = ({ name, job, error, endedAt }: Operation): boolean =>
  name === 'purge' && job !== undefined && error === undefined && endedAt !== undefined;

export const purgeTakesAway: Promised = {
  name: 'after a purge nothing of a job’s items is left',
  breaches: ({ evidence, windows }) =>
    evidence.operations.filter(isDone).flatMap(({ job = '' }) => {
      const left = windows.of(job) ?? [];
      const isGone = evidence.jobChanges.some(
        ({ id, before, after }) => id === job && (before?.runs.length ?? 0) > 0 && after.runs.length === 0,
      );
      return [
        ...(left.length > 0
          ? [`job ${job} was purged, and its window holds ${left.map(({ id }) => id).join(' ')}`]
          : []),
        ...(isGone ? [] : [`job ${job} was purged, and its record stands`]),
      ];
    }),
};
