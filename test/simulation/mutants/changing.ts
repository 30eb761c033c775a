import type { KeyHolder } from '#lib/store/key-holder';
import {
  edit,
  inControls,
  inDedupKeys,
  inHeads,
  inJobs,
  inQueues,
  inUpdates,
  type Mutant,
} from './mutant.ts';

const RETRIES = { max: 1, strategy: 'fixed', baseDelay: 1_000, jitter: false } as const;
const DEAD = { focus: { persist: true, dead: 'onDead' as const, retries: RETRIES }, habits: { throws: 0.8 } };
const MONTHS = { pace: 'months' as const, operate: ['pause'], operations: 3 };
const FOREVER = Number.MAX_SAFE_INTEGER;

/** What a marker's holder is without the windows that the marker has named before. */
const withoutPast = ({ past: _, ...holder }: KeyHolder): KeyHolder => holder;

/** Mistakes that show when definitions change, when much time passes, or when what follows an end is lost. */
export const CHANGING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a marker that has moved between two shards forgets which windows it has named',
    seed: 41,
    within: 250,
    plays: {
      focus: {
        persist: true,
        keys: 4,
        dedupTtlMs: 1_000,
        dedupKeep: undefined,
        groups: 0,
        shards: 1,
        ordered: false,
        maxSize: 50,
        maxWaitMs: 120_000,
        maxBytes: undefined,
        quietMs: undefined,
        urgent: false,
      },
      changing: [{ shards: 2 }],
      operations: 0,
      weather: { calls: {}, spells: {} },
    },
    mutation: inDedupKeys(keys => ({
      putKey: async (...given) => withoutPast(await keys.putKey(...given)),
      takeOverKey: async (scope, key, from, to) => {
        const there = await keys.takeOverKey(scope, key, from, to);
        return there && withoutPast(there);
      },
      readKeys: async (...given) =>
        new Map([...(await keys.readKeys(...given))].map(([key, holder]) => [key, withoutPast(holder)])),
    })),
  },
  {
    name: 'a window that is left open takes a new cap, whatever has come in meanwhile',
    seed: 60,
    within: 250,
    plays: {
      focus: { persist: true, maxSize: 5, groups: 0, limits: false, throttle: undefined, maxWaitMs: 10_000 },
      changing: [{ maxSize: 2 }, { maxSize: 7 }],
    },
    mutation: inUpdates('head', edit('condition', ' AND #next <= :last')),
  },
  {
    name: 'the ticker does not keep the records of jobs alive',
    plays: MONTHS,
    mutation: inJobs((jobs, _, process) => ({
      readJobs: async ids =>
        (await jobs.readJobs(ids)).map(job =>
          process.startsWith('ticker') ? { ...job, ttlDue: FOREVER } : job,
        ),
    })),
  },
  {
    name: 'the ticker does not keep the records of open windows alive',
    plays: MONTHS,
    mutation: inHeads((heads, _, process) => ({
      readHeads: async buffers =>
        (await heads.readHeads(buffers)).map(({ buffer, head }) => ({
          buffer,
          head:
            head.open && process.startsWith('ticker')
              ? { ...head, open: { ...head.open, ttl: { ...head.open.ttl, due: FOREVER } } }
              : head,
        })),
    })),
  },
  {
    name: 'a dead job owes no call of onDead',
    seed: 13,
    plays: DEAD,
    mutation: inJobs(jobs => ({
      end: (id, by, end) => jobs.end(id, by, { ...end, onDeadBy: undefined }),
      close: (id, by, end) => jobs.close(id, by, { ...end, onDeadBy: undefined }),
    })),
  },
  {
    name: 'the ticker does not ask again for a call of onDead',
    seed: 4,
    plays: { ...DEAD, weather: { calls: {}, spells: { 'message lost': 0.5 } } },
    mutation: inQueues((queues, _, process) => ({
      sendDead: async (batch, message) => {
        if (!process.startsWith('ticker')) await queues.sendDead(batch, message);
      },
    })),
  },
  {
    name: 'a flush is not held back by a pause',
    seed: 16,
    plays: {
      focus: { persist: true, maxWaitMs: 30_000, throttle: undefined },
      calm: true,
      operate: ['pause', 'flush'],
      operations: 6,
    },
    mutation: inControls((controls, _, process) => ({
      readControl: async batch => ({
        ...(await controls.readControl(batch)),
        ...(/^(operator|admin)/.test(process) && { paused: false }),
      }),
    })),
  },
];
