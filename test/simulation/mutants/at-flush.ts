import type { DedupKeep } from 'cistern';
import type { SlotRecord } from '#lib/store/slot-record';
import { inServices, inWindows, type Mutant, override } from './mutant.ts';

const LAST = {
  focus: { keys: 2, persist: true, dedupKeep: 'last', groups: 0, maxSize: 8, filters: false },
} as const;

const withKeep = (record: SlotRecord, keep: DedupKeep | undefined): SlotRecord => {
  if (record.kind === 'tombstone' || record.keep === undefined || keep === undefined) return record;
  return { ...record, keep };
};

/** Mistakes about duplicates that are decided at the flush. */
export const AT_FLUSH_MUTANTS: readonly Mutant[] = [
  {
    name: 'the first item of a key is kept where it has to be the last',
    seed: 4,
    plays: LAST,
    mutation: inWindows(windows => ({
      readSlots: async (...range) =>
        (await windows.readSlots(...range)).map(record => withKeep(record, 'first')),
    })),
  },
  {
    name: 'items are stored without their keys',
    seed: 4,
    plays: LAST,
    mutation: inWindows(windows => ({
      putChunk: (job, { keys: _, keep: __, ...chunk }) => windows.putChunk(job, chunk),
    })),
  },
  {
    name: 'an item that was acknowledged for certain is dropped for one of the flush',
    seed: 27,
    within: 150,
    plays: {
      focus: {
        ...LAST.focus,
        dedupKeep: undefined,
        dedupTtlMs: undefined,
        maxWaitMs: 10_000,
        throttle: undefined,
      },
      changing: [{ dedupKeep: 'last' }],
    },
    mutation: inWindows(windows => ({
      readSlots: async (...range) =>
        (await windows.readSlots(...range)).map(record => {
          if (record.kind === 'tombstone' || record.keys === undefined || record.keep) return record;
          return { ...record, keep: 'last', keys: record.keys.map(hash => `h${hash}`) };
        }),
    })),
  },
  {
    name: 'a reader goes by the definition of the moment',
    seed: 4,
    within: 150,
    plays: {
      focus: { ...LAST.focus, maxWaitMs: 10_000, throttle: undefined, groups: 0 },
      habits: { throws: 0.5 },
      changing: [{ dedupKeep: 'first' }],
    },
    mutation: inServices(services => ({
      store: override(services.store, {
        windows: override(services.store.windows, {
          readSlots: async (job, ...range) => {
            const records = await services.store.windows.readSlots(job, ...range);
            const { batch } = (await services.store.jobs.readJob(job)) ?? {};
            const keep = batch === undefined ? undefined : services.definitionOf(batch)?.dedupKeep;
            return records.map(record => withKeep(record, keep));
          },
        }),
      }),
    })),
  },
];
