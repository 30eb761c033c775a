import { purgedJobs } from '../contents.ts';
import type { Promised } from '../promised.ts';

export const noKeyTwiceInAWindow: Promised = {
  name: 'no two items of a window share a dedup key, but those whose duplicates are decided at the flush',
  breaches: ({ evidence, windows }) =>
    [...windows.jobs.values()].flatMap(({ id }) => {
      const keys = (windows.of(id) ?? []).flatMap(item => {
        const { key, keep } = evidence.items.get(item.id) ?? {};
        return key === undefined || keep ? [] : [key];
      });
      return new Set(keys).size < keys.length
        ? [`the window of job ${id} holds a key twice: ${keys.join(' ')}`]
        : [];
    }),
};

export const noKeyTwiceInABatch: Promised = {
  name: 'no two items that a handler gets share a dedup key',
  breaches: ({ evidence }) =>
    evidence.runs.flatMap(({ job, items }) => {
      const keys = items.flatMap(id => evidence.items.get(id)?.key ?? []);
      return new Set(keys).size < keys.length
        ? [`the handler of job ${job} got a key twice: ${keys.join(' ')}`]
        : [];
    }),
};

export const droppedForAnother: Promised = {
  name: 'an item whose duplicates are decided at the flush is in its batch, or another with its key is; any other is in it',
  breaches: given => {
    const { evidence } = given;
    const purged = purgedJobs(given);
    const firstRuns = new Map([...evidence.runs].reverse().map(run => [run.job, run]));
    return [...evidence.items.values()].flatMap(({ id, batch, key, keep, receipt }) => {
      if (receipt === undefined || receipt.duplicate) return [];
      const told = receipt.decided ?? 'at once';
      if ((told === 'at flush') !== (keep !== undefined))
        return [
          `the receipt of ${id} says that duplicates are decided ${told}, and its rule is ${keep ?? 'none'}`,
        ];
      const run = firstRuns.get(receipt.job);
      const isFiltered = evidence.plansOf(batch).some(({ filters }) => filters);
      if (run === undefined || purged.has(receipt.job) || isFiltered || run.items.includes(id)) return [];
      const other = run.items.find(each => evidence.items.get(each)?.key === key);
      return keep !== undefined && other !== undefined
        ? []
        : [`${id} was acknowledged for job ${receipt.job}, whose handler got ${run.items.join(' ')}`];
    });
  },
};

export const duplicatesHaveOriginals: Promised = {
  name: 'a duplicate is acknowledged only when its original is in the batch that its receipt names',
  breaches: given => {
    const { evidence } = given;
    const { contents } = given;
    const purged = purgedJobs(given);
    return [...evidence.items.values()].flatMap(({ id, key, batch, receipt }) => {
      if (!receipt?.duplicate || purged.has(receipt.job)) return [];
      const ids = contents.get(receipt.job) ?? [];
      if (ids.some(other => evidence.items.get(other)?.key === key)) return [];
      // in memory a batch may go with its process
      if (ids.length === 0 && evidence.plansOf(batch).some(({ persist }) => !persist)) return [];
      return [`${id} was acknowledged as a duplicate, and its original is not in ${receipt.job}`];
    });
  },
};

export const keysAreRemembered: Promised = {
  name: 'a dedup key with a ttl is a duplicate for that long, also after its window has been flushed',
  breaches: given => {
    const { evidence, windows } = given;
    const lastOf = new Map<string, { id: string; until: number }>();
    const marked = [...windows.jobs.values()].flatMap(({ id: job, batch, group }) => {
      const plans = evidence.plansOf(batch);
      if (plans.length !== 1 || plans[0]?.dedupTtlMs === undefined) return [];
      const ttlMs = plans[0].dedupTtlMs;
      return (windows.of(job) ?? []).map(({ id, slot }) => ({
        id,
        ttlMs,
        name: JSON.stringify([batch, group ?? null, evidence.items.get(id)?.key]),
        until: evidence.markedUntil.get(`${job} ${slot}`),
      }));
    });
    return marked
      .sort((a, b) => (a.until ?? 0) - (b.until ?? 0))
      .flatMap(({ id, name, ttlMs, until }) => {
        if (until === undefined) return [`${id} is in a batch, and its key was never marked`];
        const last = lastOf.get(name);
        lastOf.set(name, { id, until });
        return last && until - last.until <= ttlMs
          ? [`${id} was stored ${until - last.until} ms after ${last.id}, which has its key`]
          : [];
      });
  },
};
