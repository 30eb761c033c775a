import { purgedJobs, wasDroppedInMemory } from '../contents.ts';
import type { Evidence } from '../evidence.ts';
import type { Promised } from '../promised.ts';

export const malformedIsRefused: Promised = {
  name: 'a request that cannot be served is answered with 4xx',
  breaches: ({ evidence }) =>
    evidence.answers.flatMap(({ path, status, isMalformed, code }) =>
      isMalformed && !(status >= 400 && status < 500)
        ? [`a malformed request to ${path} was answered with ${status} (${code})`]
        : [],
    ),
};

export const noUnknownFailure: Promised = {
  name: 'no request is answered with 500 but for what AWS has refused',
  breaches: ({ evidence }) =>
    evidence.answers.flatMap(({ path, status, code }) =>
      status === 500 && (code !== 'internal' || evidence.calm)
        ? [`a request to ${path} was answered with 500 (${code})`]
        : [],
    ),
};

/** The most that an add waits for: what it causes has half a second, and so has each window that it fills. */
const ADD_MS = 1_500;

const lingersFor = (evidence: Evidence, batch: string): number =>
  Math.max(...evidence.plansOf(batch).map(({ lingerMs = 0 }) => lingerMs));

export const addsWaitForNothing: Promised = {
  name: 'an add waits for nothing that its acknowledgement does not need',
  breaches: ({ evidence }) =>
    evidence.adds.flatMap(({ batch, calledAt, endedAt, items }) =>
      evidence.calm && endedAt - calledAt > ADD_MS + lingersFor(evidence, batch)
        ? [`an add of ${items.length} to ${batch} took ${endedAt - calledAt} ms`]
        : [],
    ),
};

export const memoryIsSent: Promised = {
  name: 'with persist: false an item is lost only with its process, and none that a request was answered for',
  breaches: given => {
    const { evidence, contents } = given;
    const seen = new Set([...contents.values()].flat());
    const purged = purgedJobs(given);
    return [...evidence.items.values()].flatMap(item => {
      const { id, batch, by, told, receipt } = item;
      if (told !== 'stored' || receipt?.duplicate || seen.has(id) || wasDroppedInMemory(given, item))
        return [];
      if (receipt && purged.has(receipt.job)) return [];
      if (!evidence.plansOf(batch).some(({ persist }) => !persist) || by?.alive === false) return [];
      // one that stands still has its items yet
      return by?.frozen
        ? []
        : [`${id} of ${batch} was acknowledged, its process lives, and it is in no batch`];
    });
  },
};
