import { largestBatch } from '../../actors/batch-plan.ts';
import { purgedJobs, wasDroppedInMemory } from '../contents.ts';
import type { Case, Promised } from '../promised.ts';

/** In which batches each item is. */
function batchesOf(given: Case): Map<string, string[]> {
  const batches = new Map<string, string[]>();
  for (const [job, ids] of given.contents) {
    for (const id of ids) batches.set(id, [...(batches.get(id) ?? []), job]);
  }
  return batches;
}

const isKept = (given: Case, batch: string): boolean =>
  given.evidence.plansOf(batch).every(({ persist }) => persist);

export const exactlyOneBatch: Promised = {
  name: 'an acknowledged item is in exactly one batch',
  breaches: given => {
    const batches = batchesOf(given);
    const purged = purgedJobs(given);
    return [...given.evidence.items.values()].flatMap(item => {
      const { id, told, receipt, batch } = item;
      if (told !== 'stored' || receipt?.duplicate) return [];
      if (receipt && purged.has(receipt.job)) return [];
      const count = batches.get(id)?.length ?? 0;
      if (count === 0 && wasDroppedInMemory(given, item)) return [];
      // what a process holds in memory may go with it
      if (count === 0 && !isKept(given, batch) && !given.evidence.calm) return [];
      return count === 1 ? [] : [`${id} of ${batch} was acknowledged and is in ${count} batches`];
    });
  },
};

export const atMostOneBatch: Promised = {
  name: 'an item whose add failed or never answered is in at most one batch',
  breaches: given =>
    [...batchesOf(given)].flatMap(([id, jobs]) =>
      jobs.length > 1 ? [`${id} is in ${jobs.length} batches: ${jobs.join(' ')}`] : [],
    ),
};

export const notStoredIsInNone: Promised = {
  name: 'an item that is said not to be stored is in no batch',
  breaches: given => {
    const batches = batchesOf(given);
    return [...given.evidence.items.values()].flatMap(({ id, told }) =>
      (told === 'not stored' || told === 'refused' || told === 'malformed') && batches.has(id)
        ? [`${id} was said not to be stored (${told}) and is in a batch`]
        : [],
    );
  },
};

export const neverOverMaxSize: Promised = {
  name: 'no batch holds more than maxSize items',
  breaches: given => {
    const { evidence, windows } = given;
    const sizes = new Map(
      [...evidence.plans].map(([batch, plans]) => [
        batch,
        Math.max(...plans.map(({ plan }) => largestBatch(plan))),
      ]),
    );
    const over = (batch: string, count: number) => count > (sizes.get(batch) ?? 0);
    return [
      ...evidence.runs
        .filter(({ batch, items }) => over(batch, items.length))
        .map(({ job, items }) => `job ${job} gave its handler ${items.length} items`),
      ...[...windows.jobs.values()]
        .filter(({ id, batch }) => over(batch, windows.of(id)?.length ?? 0))
        .map(({ id }) => `the window of job ${id} holds ${windows.of(id)?.length} items`),
    ];
  },
};

export const receiptsAreTrue: Promised = {
  name: 'a receipt names the batch and the slot of its item',
  breaches: given => {
    const { evidence, windows } = given;
    const purged = purgedJobs(given);
    return [...evidence.items.values()].flatMap(item => {
      const { id, receipt } = item;
      if (receipt === undefined || receipt.duplicate || purged.has(receipt.job)) return [];
      const placed = windows.of(receipt.job)?.find(item => item.id === id);
      if (windows.of(receipt.job) === undefined) return [];
      if (placed?.slot === receipt.slot) return [];
      if (placed === undefined && wasDroppedInMemory(given, item)) return [];
      return [
        `${id} was said to be in slot ${receipt.slot} of ${receipt.job}, and is in ${placed?.slot ?? 'none'}`,
      ];
    });
  },
};

/** Calls that an add to one buffer may make at the most, whatever is buffered: with all that sealing takes. */
export const addsWereRefusedForAReason: Promised = {
  name: 'nothing is refused while all is well',
  breaches: ({ evidence }) => {
    if (!evidence.calm) return [];
    return [...evidence.items.values()].flatMap(({ id, told, batch }) => {
      if (told === 'stored' || told === 'malformed') return [];
      const mayRefuse = evidence.plansOf(batch).some(plan => plan.maxPendingBatches !== undefined);
      const paused = evidence.operations.some(op => op.batch === batch && op.name === 'pause ingestion');
      return told === 'refused' && (mayRefuse || paused)
        ? []
        : [`${id} is ${told} though nothing went wrong`];
    });
  },
};

export const failsByItsErrors: Promised = {
  name: 'an add that fails throws an error of Cistern’s',
  breaches: ({ evidence }) => evidence.seen['own errors'],
};
