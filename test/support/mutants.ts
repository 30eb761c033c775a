import type { HeadStore, WindowStore } from '#lib/store/ports';
import type { KeyHolder } from '#lib/store/records';
import type { Services } from '#lib/store/services';
import type { Mutation } from './play.ts';
import type { Kind } from './plays.ts';

/** The protocol without one of its steps, or with a wrong one. */
export interface Mutant {
  readonly name: string;
  /** The plays that have to find it out. */
  readonly plays: Kind;
  readonly mutate: Mutation;
}

const override = <T extends object>(target: T, change: Partial<T>): T =>
  new Proxy(target, { get: (object, name) => Reflect.get(change, name) ?? Reflect.get(object, name) });

const withWindows =
  (change: (windows: WindowStore, services: Services) => Partial<WindowStore>): Mutation =>
  services => {
    const { windows } = services.store;
    const store = override(services.store, { windows: override(windows, change(windows, services)) });
    return { ...services, store };
  };

const withHeads =
  (change: (heads: HeadStore) => Partial<HeadStore>): Mutation =>
  services => {
    const { heads } = services.store;
    return { ...services, store: override(services.store, { heads: override(heads, change(heads)) }) };
  };

const isMine = (there: KeyHolder, mine: KeyHolder): boolean =>
  there.job === mine.job && there.chunk === mine.chunk;
const hasLapsed = ({ until }: KeyHolder, { clock }: Services): boolean =>
  until !== undefined && until < clock.now();

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the reader does not fence',
    plays: 'plain',
    mutate: withWindows(() => ({ putTombstone: async (_job, tombstone) => tombstone })),
  },
  {
    name: 'the marker is cleared before the job record is put',
    plays: 'plain',
    mutate: withHeads(heads => ({
      sealOpen: async (buffer, window, sealing) => {
        const result = await heads.sealOpen(buffer, window, sealing);
        if (result.applied) await heads.clearMarker(buffer, window.epoch, window.window, sealing.now);
        return result;
      },
    })),
  },
  {
    name: 'a chunk’s failed condition is taken for its landing',
    plays: 'plain',
    mutate: withWindows(windows => ({
      putChunk: async (job, chunk) => {
        await windows.putChunk(job, chunk);
        return 'landed';
      },
    })),
  },
  {
    name: 'a rival’s marker is taken for its item',
    plays: 'with dedup',
    mutate: withWindows(() => ({
      readRecords: async (_job, slots) =>
        new Map(slots.map(slot => [slot, { kind: 'chunk', slot, slots: 100, holes: [], items: '[]' }])),
    })),
  },
  {
    name: 'a takeover is not conditional',
    plays: 'with dedup',
    mutate: withWindows(windows => ({
      takeOverKey: async (scope, key, from, to) => {
        const there = (await windows.readKeys(scope, [key])).get(key) ?? from;
        return windows.takeOverKey(scope, key, there, to);
      },
    })),
  },
  {
    name: 'a marker may move to an earlier window',
    plays: 'with dedup keys that lapse',
    mutate: withWindows(windows => ({
      // what every window may follow
      putKey: async (scope, key, mine) => {
        const there = await windows.putKey(scope, key, mine);
        return isMine(there, mine) ? there : { ...there, window: -1 };
      },
    })),
  },
  {
    name: 'a lapsed marker is taken over within its own window',
    plays: 'with dedup keys that lapse',
    mutate: withWindows((windows, services) => ({
      putKey: async (scope, key, mine) => {
        const there = await windows.putKey(scope, key, mine);
        if (there.job !== mine.job || isMine(there, mine) || !hasLapsed(there, services)) return there;
        return (await windows.takeOverKey(scope, key, there, mine)) ?? there;
      },
    })),
  },
  {
    name: 'a rival is not fenced before its marker is taken over',
    plays: 'with dedup keys that lapse',
    mutate: withWindows(windows => ({
      readRecords: async (job, slots) => {
        const found = await windows.readRecords(job, slots);
        const dead = (slot: number) => ({ kind: 'tombstone' as const, slot, slots: 1 });
        return new Map(slots.map(slot => [slot, found.get(slot) ?? dead(slot)]));
      },
    })),
  },
  {
    name: 'a marker is taken over before its time is up',
    plays: 'with dedup keys that lapse',
    mutate: withWindows(windows => ({
      putKey: async (scope, key, mine) => {
        const there = await windows.putKey(scope, key, mine);
        return isMine(there, mine) ? there : { ...there, until: Number.NEGATIVE_INFINITY };
      },
    })),
  },
];
