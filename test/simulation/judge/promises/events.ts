import type { BatchEvent } from '#lib/definition/events';
import { isEnded } from '#lib/store/job';
import type { Process } from '../../world/process.ts';
import type { Evidence, JobChange } from '../evidence.ts';
import type { Promised } from '../promised.ts';

type AboutJob = Exclude<BatchEvent, { type: 'Cistern Batch Drained' }>;

const isEndOfAttempt = ({ before, after }: JobChange): boolean =>
  before !== undefined &&
  !isEnded(before) &&
  (isEnded(after) || (before.status === 'active' && after.status === 'retrying'));

/** What an end of an attempt has to be told by. */
function toldOf({ after }: JobChange): readonly AboutJob['type'][] {
  if (after.status === 'completed') return ['Cistern Batch Succeeded'];
  return isEnded(after) ? ['Cistern Batch Dead'] : ['Cistern Attempt Failed'];
}

/** Whether batch's events were always on. */
const isTold = (evidence: Evidence, batch: string): boolean =>
  evidence.plansOf(batch).every(({ events }) => events) && !evidence.removed.has(batch);

/** How long before and after it does something nothing has to go wrong with a process, so that it tells of it. */
const AROUND_MS = 30_000;

const isWell = (by: Process | undefined, at: number): boolean =>
  by?.alive === true && !by.wasTroubled(at - AROUND_MS, at + AROUND_MS);

export const eventsAreSent: Promised = {
  name: 'what happens to a batch with events is told, unless its process or the bus fails',
  breaches: ({ evidence, told }) => {
    if (evidence.bus !== 'well') return [];
    const sent = new Set(
      told.map(({ event }) => ('job' in event ? `${event.type} ${event.job}` : event.type)),
    );
    const put = new Map(
      evidence.jobChanges.map(change => [change.id, change]).reverse() as [string, JobChange][],
    );
    const sealed = [...put.values()].filter(
      ({ before, after, by, at }) => before === undefined && after.place !== undefined && isWell(by, at),
    );
    const ends = evidence.jobChanges.filter(change => isEndOfAttempt(change) && isWell(change.by, change.at));
    const missing = (id: string, batch: string, types: readonly AboutJob['type'][]) =>
      isTold(evidence, batch)
        ? types
            .filter(type => !sent.has(`${type} ${id}`))
            .map(type => `“${type}” was never told of job ${id}`)
        : [];
    return [
      ...sealed.flatMap(({ id, after }) => missing(id, after.batch, ['Cistern Batch Sealed'])),
      ...ends.flatMap(change => missing(change.id, change.after.batch, toldOf(change))),
    ];
  },
};

export const eventsAreTrue: Promised = {
  name: 'an event tells what has happened',
  breaches: ({ evidence, told }) =>
    told.flatMap(({ event }) => {
      if (!('job' in event)) return [];
      const changes = evidence.jobChanges.filter(({ id }) => id === event.job);
      return changes.some(change => fits(event, change))
        ? []
        : [`“${event.type}” was told of job ${event.job}: ${JSON.stringify(event)}`];
    }),
};

function fits(event: AboutJob, { after }: JobChange): boolean {
  switch (event.type) {
    case 'Cistern Batch Sealed':
      return event.count === after.count && event.reason === after.reason && event.group === after.group;
    case 'Cistern Batch Succeeded':
      return after.status === 'completed' && event.attempt === after.attempts;
    case 'Cistern Attempt Failed':
      return after.runs.at(-1)?.outcome === event.outcome && event.attempt === after.attempts;
    case 'Cistern Batch Dead':
      return event.status === after.status && event.attempt === after.attempts;
  }
}
