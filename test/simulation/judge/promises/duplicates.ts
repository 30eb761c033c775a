import { contentsOf, purgedJobs } from '../contents.ts';
import type { Promised } from '../verdict.ts';

export const noKeyTwiceInAWindow: Promised = {
  name: 'no two items of a window share a dedup key',
  breaches: ({ evidence, windows }) =>
    [...windows.jobs.values()].flatMap(({ id }) => {
      const keys = (windows.of(id) ?? []).flatMap(item => evidence.items.get(item.id)?.key ?? []);
      return new Set(keys).size < keys.length
        ? [`the window of job ${id} holds a key twice: ${keys.join(' ')}`]
        : [];
    }),
};

export const duplicatesHaveOriginals: Promised = {
  name: 'a duplicate is acknowledged only when its original is in the batch that its receipt names',
  breaches: given => {
    const { evidence } = given;
    const contents = contentsOf(given);
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
