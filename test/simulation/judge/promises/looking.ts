import type { Found, Peeked } from '../../actors/asks.ts';
import { purgedJobs } from '../contents.ts';
import type { Evidence, Item, Operation } from '../evidence.ts';
import type { Promised } from '../promised.ts';

const answersTo = <T>({ operations }: Evidence, name: string): (Operation & { readonly result: T })[] =>
  operations.filter(
    (op): op is Operation & { readonly result: T } => op.name === name && op.result !== undefined,
  );

/** Whether an item was acknowledged, as itself, before an operation was asked for. */
const wasStored = (item: Item, { batch, calledAt }: Operation): boolean =>
  item.batch === batch &&
  item.told === 'stored' &&
  item.receipt?.duplicate === false &&
  (item.toldAt ?? 0) < calledAt;

/** Whether a batch had one definition all the time, so that its items are where this one looks. */
const isSteady = (evidence: Evidence, batch: string): boolean => {
  const plans = evidence.plansOf(batch);
  return plans.length === 1 && plans.every(({ persist }) => persist);
};

export const peekShowsTheBuffered: Promised = {
  name: 'peek shows each acknowledged item that is not flushed, in the slot that its receipt names',
  breaches: ({ evidence }) => {
    const sealedAt = new Map(evidence.sealed.map(({ job, at }) => [job, at]));
    return answersTo<Peeked>(evidence, 'peek').flatMap(op => {
      const { group, items } = op.result;
      const shown = new Set(items.map(({ job, slot, id }) => `${id} in slot ${slot} of ${job}`));
      const displaced = items.flatMap(({ id, job, slot }) => {
        const { receipt, batch } = evidence.items.get(id) ?? {};
        const isThere =
          receipt === undefined || receipt.duplicate || (receipt.job === job && receipt.slot === slot);
        return batch === op.batch && isThere
          ? []
          : [`peek at ${op.batch} showed ${id} in slot ${slot} of ${job}, which is not its place`];
      });
      if (!isSteady(evidence, op.batch)) return displaced;
      const missed = [...evidence.items.values()].flatMap(item => {
        const { receipt, id } = item;
        if (!wasStored(item, op) || receipt === undefined || item.group !== group) return [];
        if ((sealedAt.get(receipt.job) ?? Number.POSITIVE_INFINITY) <= (op.endedAt ?? 0)) return [];
        return shown.has(`${id} in slot ${receipt.slot} of ${receipt.job}`)
          ? []
          : [`peek at ${op.batch} did not show ${id}`];
      });
      return [...displaced, ...missed];
    });
  },
};

/** Whether its key may have been stored again, where a key leads to the last item alone that was stored with it. */
const wasReplaced = (evidence: Evidence, item: Item): boolean =>
  evidence.plansOf(item.batch).some(({ dedupTtlMs }) => dedupTtlMs !== undefined) &&
  [...evidence.items.values()].some(
    other =>
      other !== item &&
      other.batch === item.batch &&
      other.group === item.group &&
      other.key === item.key &&
      other.receipt?.duplicate !== true &&
      (other.toldAt ?? Number.POSITIVE_INFINITY) >= item.calledAt,
  );

export const findLeadsToItems: Promised = {
  name: 'an acknowledged item is found by its dedup key, before its flush and after it',
  breaches: given => {
    const { evidence } = given;
    const purged = purgedJobs(given);
    return answersTo<Found>(evidence, 'findItem').flatMap(op => {
      const { item, places } = op.result;
      const { receipt } = item;
      // the index of jobs may lag, where the weather is not calm
      if (receipt === undefined || !wasStored(item, op) || !evidence.calm) return [];
      if (purged.has(receipt.job) || !isSteady(evidence, op.batch)) return [];
      if (wasReplaced(evidence, item)) return [];
      return places.some(({ job, slot }) => job === receipt.job && slot === receipt.slot)
        ? []
        : [`${item.id} of ${op.batch} was not found by its key in slot ${receipt.slot} of ${receipt.job}`];
    });
  },
};
