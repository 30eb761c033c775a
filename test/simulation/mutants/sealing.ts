import type { DueEntry } from '#lib/store/due-entry';
import type { SealResult } from '#lib/store/head-ports';
import type { Mutation } from '../world/stage.ts';
import {
  edit,
  inHeads,
  inIndex,
  inJobs,
  inQueues,
  inSeals,
  inServices,
  inTurns,
  inUpdates,
  type Mutant,
} from './mutant.ts';

const PLAIN = { focus: { persist: true, throttle: undefined } };
const BULKY = { focus: { persist: true, maxSize: 2, throttle: undefined, groups: 0 } };
const LATER = 30 * 86_400_000;
/** As late as one may be whom the ticker does not take for a clock astray: it takes up within an hour what is further off. */
const A_DAY_LATER = 25 * 3_600_000;

const LARGE = { ...PLAIN, largeIndex: true };

/** A ticker that sees only some of the due index. */
const seesOnly = (isSeen: (entry: DueEntry) => boolean): Mutation =>
  inIndex(index => ({
    start: async limit => {
      const { entries, ...read } = await index.start(limit);
      return { ...read, entries: entries.filter(isSeen) };
    },
    due: async (...query) => (await index.due(...query)).filter(isSeen),
  }));

const withJobOfTheWindowBefore = ({ head, ...result }: SealResult): SealResult => ({
  ...result,
  head: head && {
    ...head,
    pending: head.pending.map(sealed => ({ ...sealed, window: Math.max(0, sealed.window - 1) })),
  },
});

/** A process that believes for ever what it was first told of a batch's control. */
const believes = (name: 'controlOf' | 'admissionOf'): Mutation =>
  inServices(services => {
    const known = new Map<string, ReturnType<typeof services.controlOf>>();
    return {
      [name]: (batch: string) => {
        const control = known.get(batch) ?? services[name](batch);
        known.set(batch, control);
        return control;
      },
    };
  });

/** Mistakes of whoever seals, publishes, arms timers, and looks after it all. */
export const SEALING_MUTANTS: readonly Mutant[] = [
  {
    name: 'the marker is cleared before the job record is put',
    seed: 28,
    plays: PLAIN,
    mutation: inSeals(seals => ({
      sealOpen: async (buffer, window, sealing) => {
        const result = await seals.sealOpen(buffer, window, sealing);
        if (result.applied) await seals.clearMarkers(buffer, window.epoch, [window.window], sealing.now);
        return result;
      },
    })),
  },
  {
    name: 'the job record is put with a slot less than its window has',
    seed: 4,
    plays: { focus: { persist: true, maxSize: 5 } },
    mutation: inJobs(jobs => ({
      putJob: (job, lookAt) => jobs.putJob({ ...job, count: Math.max(1, job.count - 1) }, lookAt),
    })),
  },
  {
    name: 'a seal does not ask whether the window is still the one that was seen',
    seed: 8,
    plays: BULKY,
    mutation: inUpdates('head', edit('condition', '#window = :sealed AND', '')),
  },
  {
    name: 'a seal takes whatever is open, also what is over the cap',
    seed: 8,
    plays: BULKY,
    mutation: inUpdates(
      'head',
      edit('condition', '#next BETWEEN :first AND :last', '#next >= :first AND :last = :last'),
    ),
  },
  {
    name: 'clearing a marker clears its head’s others too',
    seed: 8,
    plays: BULKY,
    mutation: inSeals((seals, { store }) => ({
      clearMarkers: async (buffer, epoch, windows, now) => {
        const head = await store.heads.readHead(buffer);
        for (const pending of head?.pending ?? [])
          await seals.clearMarkers(buffer, epoch, [pending.window], now);
        await seals.clearMarkers(buffer, epoch, windows, now);
      },
    })),
  },
  {
    name: 'the last marker takes its head out of the index though a window is open',
    seed: 16,
    plays: BULKY,
    mutation: inUpdates(
      'head',
      edit(
        'condition',
        'attribute_not_exists(#openedAt) AND size(#pending) = :ours',
        'size(#pending) = :ours',
      ),
    ),
  },
  {
    name: 'timers are not armed',
    seed: 4,
    plays: { ...PLAIN, calm: true },
    mutation: inQueues(() => ({ sendTimer: async () => {} })),
  },
  {
    name: 'a timer comes two seconds late',
    seed: 5,
    plays: { ...PLAIN, calm: true },
    mutation: inQueues(queues => ({
      sendTimer: (message, seconds) => queues.sendTimer(message, Math.min(900, seconds + 2)),
    })),
  },
  {
    name: 'a window is sealed a second after its deadline',
    seed: 5,
    plays: { ...PLAIN, calm: true },
    mutation: inQueues(queues => ({
      sendTimer: (message, seconds) =>
        queues.sendTimer({ ...message, fireAt: message.fireAt + 1_000 }, seconds),
    })),
  },
  {
    name: 'a timer takes an open window for a sealed one',
    seed: 13,
    plays: { ...PLAIN, calm: true },
    mutation: inHeads(heads => ({
      readHead: async (buffer, consistency) => {
        const head = await heads.readHead(buffer, consistency);
        return head && consistency ? { ...head, window: head.window + 1 } : head;
      },
    })),
  },
  {
    name: 'the timer of a window that case B leaves open is not armed',
    seed: 5,
    plays: { focus: { ...BULKY.focus, maxWaitMs: 3_000 }, calm: true },
    mutation: inQueues((queues, _, process) => ({
      sendTimer: async (message, seconds) => {
        if (message.window === 0 || !process.startsWith('producer')) await queues.sendTimer(message, seconds);
      },
    })),
  },
  {
    name: 'jobs are sent before their records are put, and not again',
    seed: 13,
    plays: PLAIN,
    mutation: inJobs(jobs => ({
      putJob: async (job, lookAt) => {
        jobs.putJob(job, lookAt + LATER).catch(() => {});
      },
    })),
  },
  {
    name: 'a job is looked after a day later',
    seed: 4,
    plays: { ...PLAIN, weather: { calls: {}, spells: { 'message lost': 0.4 } } },
    mutation: inJobs(jobs => ({ putJob: (job, lookAt) => jobs.putJob(job, lookAt + A_DAY_LATER) })),
  },
  {
    name: 'a window that the throttle holds back is looked after a day later',
    seed: 32,
    plays: {
      focus: { persist: true, throttle: { max: 1, duration: 5_000 }, groups: 4, maxWaitMs: 1_000 },
      weather: { calls: {}, spells: { 'message lost': 0.4 } },
    },
    mutation: inTurns(turns => ({
      giveTurn: (buffer, seen, turn, lookAt) => turns.giveTurn(buffer, seen, turn, lookAt + A_DAY_LATER),
    })),
  },
  {
    name: 'the ticker looks at all index partitions of a batch but the first',
    seed: 16,
    plays: LARGE,
    mutation: inIndex(index => ({
      partitions: async () => {
        const all = await index.partitions();
        return all.filter(({ batch }, at) => batch === undefined || all[at - 1]?.batch === batch);
      },
    })),
  },
  {
    name: 'the ticker does not look at jobs',
    seed: 16,
    plays: PLAIN,
    mutation: seesOnly(({ kind }) => kind !== 'job'),
  },
  {
    name: 'the ticker does not look at heads',
    seed: 4,
    plays: PLAIN,
    mutation: seesOnly(({ kind }) => kind !== 'head'),
  },
  {
    name: 'a batch is not written down before anything of it is in the index',
    seed: 4,
    plays: PLAIN,
    mutation: inUpdates(
      'batches',
      edit(
        'update',
        '#batch = if_not_exists(#batch, :atFirst)',
        '#otherBatch = if_not_exists(#batch, :atFirst)',
      ),
    ),
  },
  {
    name: 'the ticker sends no job again',
    seed: 4,
    plays: PLAIN,
    mutation: inQueues((queues, _, process) => ({
      sendJob: async (...sent) => {
        if (!process.startsWith('ticker')) await queues.sendJob(...sent);
      },
    })),
  },
  {
    name: 'the ticker moves what it looked at on by a month',
    seed: 7,
    plays: {
      ...PLAIN,
      weather: { calls: {}, spells: { 'message lost': 0.4 } },
      habits: { workMs: 3_000, throws: 0.5 },
    },
    mutation: inJobs((jobs, _, process) => ({
      lookAgain: (id, dueAt, resent) =>
        jobs.lookAgain(id, process.startsWith('ticker') ? dueAt + LATER : dueAt, resent),
    })),
  },
  {
    name: 'two windows have one job',
    seed: 13,
    plays: PLAIN,
    mutation: inSeals(seals => ({
      sealOpen: async (...seal) => withJobOfTheWindowBefore(await seals.sealOpen(...seal)),
      sealFull: async (...seal) => withJobOfTheWindowBefore(await seals.sealFull(...seal)),
    })),
  },
  {
    name: 'a process believes for ever what it was told of a pause',
    seed: 15,
    plays: { focus: { persist: true }, calm: true },
    mutation: believes('controlOf'),
  },
  {
    name: 'an add believes for ever that ingestion is not paused',
    seed: 16,
    plays: { focus: { persist: true }, calm: true, operate: ['pause ingestion'], operations: 6 },
    mutation: believes('admissionOf'),
  },
];
