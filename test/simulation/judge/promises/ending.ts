import { purgedJobs } from '../contents.ts';
import type { Promised } from '../promised.ts';

export const everythingEnds: Promised = {
  name: 'when the faults stop, everything comes to its end',
  breaches: ({ left }) => left.slice(0, 5),
};

export const alwaysDiscoverable: Promised = {
  name: 'everything buffered or sealed is discoverable at every instant',
  breaches: ({ evidence }) => evidence.seen.discoverable.slice(0, 5),
};

export const onDeadIsCalled: Promised = {
  name: 'onDead is called for each dead job until it returns',
  breaches: given => {
    const { evidence } = given;
    // a purge takes a job away with all that it owes
    const purged = purgedJobs(given);
    const owed = new Map<string, number>();
    for (const { id, before, after, order } of evidence.jobChanges) {
      const plans = evidence.plansOf(after.batch);
      const isOwed = plans.every(({ dead }) => dead === 'onDead') && !evidence.removed.has(after.batch);
      if (before?.status !== 'dead' && after.status === 'dead' && isOwed) owed.set(id, order);
    }
    return [...owed]
      .filter(([id]) => !purged.has(id))
      .flatMap(([id, order]) =>
        evidence.hooks.some(
          call => call.hook === 'onDead' && call.job === id && call.order > order && call.returned,
        )
          ? []
          : [`onDead of job ${id} was owed and never returned`],
      );
  },
};

export const nothingIsHeld: Promised = {
  name: 'no permit is held by nobody',
  breaches: ({ evidence, heldPermits }) =>
    evidence.calm ? heldPermits.map(permit => `a permit of ${permit} is held when all has ended`) : [],
};
