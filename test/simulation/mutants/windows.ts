import type { KeyHolder } from '#lib/store/key-holder';
import type { Services } from '#lib/store/services';
import { edit, inDedupKeys, inHeads, inUpdates, inWindows, type Mutant, override } from './mutant.ts';

const isMine = (there: KeyHolder, mine: KeyHolder): boolean =>
  there.job === mine.job && there.chunk === mine.chunk;
const hasLapsed = ({ until }: KeyHolder, { clock }: Services): boolean =>
  until !== undefined && until < clock.now();

const PLAIN = { focus: { keys: 0, persist: true } };
const DEDUP = {
  focus: { keys: 2, persist: true, dedupTtlMs: undefined, dedupKeep: undefined, groups: 0, maxSize: 4 },
};
const LAPSING = {
  focus: { keys: 2, persist: true, dedupTtlMs: 1_000, dedupKeep: undefined, groups: 0, maxSize: 3 },
};

/** Mistakes in the slot protocol: reserve, land, read, fence, dedup. */
export const WINDOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'the reader does not fence',
    seed: 27,
    plays: { ...PLAIN, weather: { calls: { late: 0.1, slow: 0.1 }, spells: {} } },
    mutation: inWindows(() => ({ putTombstone: async (_job, tombstone) => tombstone })),
  },
  {
    name: 'a chunk’s failed condition is taken for its landing',
    seed: 3,
    plays: PLAIN,
    mutation: inWindows(windows => ({
      putChunk: async (job, chunk) => {
        await windows.putChunk(job, chunk);
        return 'landed';
      },
    })),
  },
  {
    name: 'a fence covers two slots',
    seed: 4,
    plays: PLAIN,
    mutation: inWindows(windows => ({
      putTombstone: (job, tombstone) => windows.putTombstone(job, { ...tombstone, slots: 2 }),
    })),
  },
  {
    name: 'a chunk is acknowledged before it is stored',
    seed: 2,
    plays: PLAIN,
    mutation: inWindows(windows => ({
      putChunk: async (job, chunk) => {
        windows.putChunk(job, chunk).catch(() => {});
        return 'landed';
      },
    })),
  },
  {
    name: 'a window takes one item more than its cap',
    seed: 10,
    plays: { focus: { ...PLAIN.focus, limits: false } },
    mutation: inHeads(heads => ({
      reserve: (buffer, n, bytes, opening) =>
        heads.reserve(buffer, n, bytes, { ...opening, cap: opening.cap + 1 }),
    })),
  },
  {
    name: 'a reservation that opens a window does not put its head in the index',
    seed: 2,
    plays: PLAIN,
    mutation: inUpdates('head', edit('update', ', #dueAt = if_not_exists(#dueAt, :armAt)')),
  },
  {
    name: 'a competitor’s marker is taken for its item',
    seed: 26,
    plays: DEDUP,
    mutation: inWindows(() => ({
      readRecords: async (_job, slots) =>
        new Map(slots.map(slot => [slot, { kind: 'chunk', slot, slots: 100, holes: [], items: '[]' }])),
    })),
  },
  {
    name: 'a takeover is not conditional',
    seed: 47,
    within: 250,
    plays: {
      focus: { ...DEDUP.focus, keys: 1, maxSize: 20, maxWaitMs: 10_000, shards: 1, throttle: undefined },
      weather: { calls: { 'die before': 0.06, 'die after': 0.03, slow: 0.05 }, spells: {} },
    },
    mutation: inDedupKeys(dedupKeys => ({
      takeOverKey: async (scope, key, from, to) => {
        const there = (await dedupKeys.readKeys(scope, [key])).get(key) ?? from;
        return dedupKeys.takeOverKey(scope, key, there, to);
      },
    })),
  },
  {
    name: 'a marker may move to an earlier window',
    seed: 19,
    plays: {
      focus: { ...LAPSING.focus, keys: 1, maxSize: 2, throttle: undefined, shards: 1 },
      weather: { calls: { slow: 0.1, 'die before': 0.01 }, spells: {} },
    },
    mutation: inDedupKeys(dedupKeys => ({
      putKey: async (scope, key, mine) => {
        const there = await dedupKeys.putKey(scope, key, mine);
        return isMine(there, mine) ? there : { ...there, window: -1 };
      },
    })),
  },
  {
    name: 'a lapsed marker is taken over within its own window',
    seed: 31,
    within: 250,
    plays: { ...LAPSING, focus: { ...LAPSING.focus, maxWaitMs: 10_000, maxSize: 8 } },
    mutation: inDedupKeys((dedupKeys, services) => ({
      putKey: async (scope, key, mine) => {
        const there = await dedupKeys.putKey(scope, key, mine);
        if (there.job !== mine.job || isMine(there, mine) || !hasLapsed(there, services)) return there;
        return (await dedupKeys.takeOverKey(scope, key, there, mine)) ?? there;
      },
    })),
  },
  {
    name: 'a competitor is not fenced before its marker is taken over',
    seed: 8,
    plays: LAPSING,
    mutation: inWindows(windows => ({
      readRecords: async (job, slots) => {
        const found = await windows.readRecords(job, slots);
        const dead = (slot: number) => ({ kind: 'tombstone' as const, slot, slots: 1 });
        return new Map(slots.map(slot => [slot, found.get(slot) ?? dead(slot)]));
      },
    })),
  },
  {
    name: 'a marker is taken over before its time is up',
    seed: 27,
    plays: LAPSING,
    mutation: inDedupKeys(dedupKeys => ({
      putKey: async (scope, key, mine) => {
        const there = await dedupKeys.putKey(scope, key, mine);
        return isMine(there, mine) ? there : { ...there, until: Number.NEGATIVE_INFINITY };
      },
    })),
  },
  {
    name: 'dedup keys are not marked',
    seed: 4,
    plays: DEDUP,
    mutation: inDedupKeys(() => ({ putKey: async (_scope, _key, mine) => mine })),
  },
  {
    name: 'a key that was seen is acknowledged without a look at its chunk',
    seed: 6,
    plays: DEDUP,
    mutation: {
      services: services => ({
        ...services,
        store: override(services.store, {
          windows: override(services.store.windows, {
            readRecords: async (_job, slots) =>
              new Map(slots.map(slot => [slot, { kind: 'chunk', slot, slots: 100, holes: [], items: '[]' }])),
            putTombstone: async (_job, tombstone) => tombstone,
          }),
        }),
      }),
    },
  },
  {
    name: 'the records of a window live for a minute',
    seed: 9,
    plays: PLAIN,
    mutation: {
      table: table =>
        override(table, {
          putNew: record =>
            table.putNew(
              record.sk.startsWith('slot')
                ? { ...record, expires: Number(record['expires']) - 30 * 86_400 + 60 }
                : record,
            ),
        }),
    },
  },
];
