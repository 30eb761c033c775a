import type { DueEntry } from '#lib/store/due-entry';
import { inHeads, inIndex, inQueues, inSeals, type Mutant } from './mutant.ts';

/** So many adds at once that their sealer stops before it has sealed all that they fill. */
const RUSH = {
  focus: {
    persist: true,
    throttle: undefined,
    groups: 0,
    shards: 1,
    maxSize: 1,
    maxWaitMs: 30_000,
    lingerMs: undefined,
  },
  rush: true,
  calm: true,
};
/** Producers that die between their reservation and their seal. */
const DYING = {
  focus: {
    persist: true,
    maxSize: 2,
    throttle: undefined,
    groups: 0,
    keys: 0,
    shards: 1,
    maxWaitMs: 30_000,
  },
  weather: { calls: { 'die before': 0.06 }, spells: {} },
};

const isOld = ({ kind, dueAt }: DueEntry, now: number): boolean => kind !== 'head' || dueAt < now - 600_000;

/** Mistakes of who sees to it that full windows are flushed at once. */
export const FULL_WINDOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'an operator’s sealer goes on to windows that it has not seen',
    seed: 9,
    plays: { ...RUSH, operate: ['flush', 'flush by force', 'drain'], operations: 12 },
    mutation: inHeads((heads, _, process) => ({
      readHeads: async buffers => {
        const read = await heads.readHeads(buffers);
        if (!process.startsWith('operator')) return read;
        return read.map(({ buffer, head }) => ({ buffer, head: { ...head, next: head.next + 50 } }));
      },
    })),
  },
  {
    name: 'a sealer that stops while windows are full hands over to nobody',
    seed: 12,
    plays: RUSH,
    mutation: inQueues((queues, { clock }) => ({
      sendTimer: async (message, seconds) => {
        if (message.fireAt > clock.now()) await queues.sendTimer(message, seconds);
      },
    })),
  },
  {
    name: 'a timer that a sealer hands its work to finds another window open',
    plays: RUSH,
    mutation: inQueues((queues, { clock }) => ({
      sendTimer: (message, seconds) =>
        queues.sendTimer(
          message.fireAt > clock.now() ? message : { ...message, window: message.window - 1 },
          seconds,
        ),
    })),
  },
  {
    name: 'a writer does not seal the window that it fills',
    seed: 8,
    plays: { focus: { persist: true, throttle: undefined }, calm: true },
    mutation: inSeals((seals, { store }, process) => ({
      sealOpen: async (buffer, window, sealing) =>
        process.startsWith('producer') && sealing.reason === 'size'
          ? { applied: false, head: await store.heads.readHead(buffer) }
          : seals.sealOpen(buffer, window, sealing),
    })),
  },
  {
    name: 'a writer behind a full window leaves it to the writer that has filled it',
    seed: 25,
    plays: DYING,
    mutation: inHeads((heads, _, process) => ({
      readHead: async (...asked) => (process.startsWith('producer') ? undefined : heads.readHead(...asked)),
    })),
  },
  {
    name: 'the ticker leaves each window alone for ten minutes',
    plays: DYING,
    mutation: inIndex((index, { clock }) => ({
      start: async limit => {
        const { entries, ...read } = await index.start(limit);
        return { ...read, entries: entries.filter(entry => isOld(entry, clock.now())) };
      },
      due: async (...query) => (await index.due(...query)).filter(entry => isOld(entry, clock.now())),
    })),
  },
];
