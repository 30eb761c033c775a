import { isEnded } from '#lib/store/job';
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

/** What a find reads of jobs may be so old. */
const INDEX_LAG_MS = 11_000;
/** A job is shown for 14 days after its end. */
const SHOWN_MS = 14 * 86_400_000;

/** Whether the index of jobs had a job for all the time that a find was looking, and in one list. */
function wasListed({ jobChanges, calm }: Evidence, id: string, { calledAt, endedAt }: Operation): boolean {
  const changes = jobChanges.filter(change => change.id === id);
  const [put] = changes;
  const moved = changes.some(
    ({ at, before, after }) =>
      at >= calledAt && at <= (endedAt ?? at) && before && isEnded(before) !== isEnded(after),
  );
  const { after } = changes.findLast(({ at }) => at <= calledAt) ?? {};
  const isShown = (after?.finishedAt ?? calledAt) > calledAt - SHOWN_MS;
  // an index that does not lag has it before its head has it no more
  return !moved && isShown && (calm || (put?.at ?? calledAt) < calledAt - INDEX_LAG_MS);
}

export const findLeadsToItems: Promised = {
  name: 'an acknowledged item is found by its dedup key, before its flush and after it',
  breaches: given => {
    const { evidence } = given;
    const purged = purgedJobs(given);
    const puts = new Map(evidence.jobChanges.map(({ id, at }) => [id, at] as const).reverse());
    return answersTo<Found>(evidence, 'findItem').flatMap(op => {
      const { item, places } = op.result;
      const { receipt } = item;
      if (receipt === undefined || !wasStored(item, op)) return [];
      if (purged.has(receipt.job) || !isSteady(evidence, op.batch)) return [];
      if (wasReplaced(evidence, item)) return [];
      // until its window is a job it is found by its head, and from then on by the index of jobs
      const putAt = puts.get(receipt.job) ?? Number.POSITIVE_INFINITY;
      if (putAt <= (op.endedAt ?? op.calledAt) && !wasListed(evidence, receipt.job, op)) return [];
      return places.some(({ job, slot }) => job === receipt.job && slot === receipt.slot)
        ? []
        : [`${item.id} of ${op.batch} was not found by its key in slot ${receipt.slot} of ${receipt.job}`];
    });
  },
};
