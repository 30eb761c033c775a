import { isEnded } from '#lib/store/job';
import type { Process } from '../../world/process.ts';
import { type Drain, drainsOf } from '../drains.ts';
import { CLOCKS_APART_MS, type Evidence } from '../evidence.ts';
import type { Promised } from '../promised.ts';

/** The drains of batches whose items are all stored. */
const drainsOfStored = (evidence: Evidence): Drain[] =>
  drainsOf(evidence).filter(({ batch }) => evidence.plansOf(batch).every(({ persist }) => persist));

/** Whether a process has flushed a batch, which operators may do by force while it drains. */
const isFlush = ({ operations }: Evidence, by: Process | undefined, of: string): boolean =>
  operations.some(({ name, batch, process }) => /^flush/.test(name) && batch === of && process === by);

export const drainIsTrue: Promised = {
  name: 'what was buffered when a drain began has run to its end when it is drained',
  breaches: ({ evidence }) =>
    drainsOfStored(evidence).flatMap(({ batch, begunAt, endedAt, records }) => {
      if (records.at(-1)?.state !== 'drained') return [];
      const lag = evidence.calm ? 0 : CLOCKS_APART_MS;
      return [...evidence.items.values()].flatMap(({ id, batch: of, receipt, toldAt, told }) => {
        if (of !== batch || told !== 'stored' || receipt === undefined || (toldAt ?? 0) >= begunAt - lag)
          return [];
        const ended = evidence.jobChanges.find(change => change.id === receipt.job && isEnded(change.after));
        return ended && ended.at <= endedAt
          ? []
          : [`${batch} was drained, and the batch of ${id} had not ended`];
      });
    }),
};

/** Where a process may die or stand still, another one flushes for its drain, with what has come in since. */
export const drainLeavesWhatIsLater: Promised = {
  name: 'a drain flushes no window whose items all came after it had begun',
  breaches: ({ evidence, windows }) =>
    drainsOfStored(evidence).flatMap(({ batch, begunAt, endedAt }) => {
      if (!evidence.calm) return [];
      const from = begunAt + CLOCKS_APART_MS;
      const sealed = evidence.sealed.filter(
        ({ buffer, at, by }) =>
          buffer.batch === batch && at > from && at < endedAt && !isFlush(evidence, by, batch),
      );
      return sealed.flatMap(({ job }) => {
        const items = (windows.of(job) ?? []).flatMap(({ id }) => evidence.items.get(id) ?? []);
        return items.length > 0 && items.every(({ calledAt }) => calledAt > from)
          ? [`${batch} was drained, and job ${job} was flushed, whose items all came later`]
          : [];
      });
    }),
};

export const drainCountsOnce: Promised = {
  name: 'a drain counts no job twice, and forgets none that it has counted',
  breaches: ({ evidence }) =>
    drainsOfStored(evidence).flatMap(({ batch, begunAt, endedAt, records }) => {
      const counts = records.map(({ flushed }) => flushed);
      const back = counts.some((flushed, at) => flushed < (counts[at - 1] ?? 0));
      const { flushed = 0, state } = records.at(-1) ?? {};
      const sealed = evidence.sealed.filter(
        ({ buffer, at, reason }) =>
          buffer.batch === batch && at >= begunAt && at <= endedAt && reason !== 'manual',
      );
      // full and due windows are sealed for these reasons, by the drain or by others that had not seen it
      const surely = sealed.filter(({ reason }) => reason === 'drain');
      return [
        ...(back ? [`${batch} was drained, and its record went back: ${counts.join(', ')} jobs`] : []),
        ...(flushed > sealed.length
          ? [`${batch} was drained: ${flushed} jobs are counted, and ${sealed.length} were made`]
          : []),
        ...(evidence.calm && state === 'drained' && flushed < surely.length
          ? [`${batch} was drained: ${flushed} jobs are counted, and ${surely.length} were made`]
          : []),
      ];
    }),
};
