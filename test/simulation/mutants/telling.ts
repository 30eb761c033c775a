import { isEnded, type Job } from '#lib/store/job';
import {
  edit,
  inDeployment,
  inHeads,
  inJobs,
  inRetention,
  inServices,
  inUpdates,
  inWindows,
  type Mutant,
  override,
} from './mutant.ts';

const EVENTS = { focus: { persist: true, events: true } };
const MEMORY = { focus: { persist: false, maxSize: 20, maxWaitMs: 30_000 } };

/** Mistakes in what is taken from producers, and in what producers and operators are told. */
export const TELLING_MUTANTS: readonly Mutant[] = [
  {
    name: 'an item is taken as it is a moment after the add was called',
    seed: 4,
    mutation: inDeployment(deployment => ({
      add: async (definition, items) => {
        const given = [...items];
        await Promise.resolve();
        return deployment.add(definition, given);
      },
    })),
  },
  {
    name: 'a function answers before what it has in memory is sent',
    seed: 13,
    plays: MEMORY,
    mutation: inDeployment(() => ({ settle: async () => {} })),
  },
  {
    name: 'a renewal takes a permit that is another’s by now',
    seed: 4,
    within: 250,
    plays: {
      focus: { persist: true, concurrency: 1, lockTtlMs: 5_000, timeout: undefined, ordered: false },
      habits: { workMs: 15_000, adds: 0 },
      weather: { calls: {}, spells: { frozen: 1 } },
    },
    mutation: inUpdates(
      'slots',
      edit('condition', '#b = :by', '', ({ update }) => update === 'SET #s = :until, #expires = :expires'),
    ),
  },
  {
    name: 'waitFor takes a job that is tried again for one that has failed',
    seed: 15,
    plays: { focus: { persist: true }, habits: { throws: 0.6 } },
    mutation: inJobs((jobs, _, process) => ({
      readJob: async id => {
        const job = await jobs.readJob(id);
        return job?.status === 'retrying' && process.startsWith('producer')
          ? { ...job, status: 'failed' }
          : job;
      },
    })),
  },
  {
    name: 'waitFor does not see that its job has ended',
    seed: 9,
    plays: { focus: { persist: true } },
    mutation: inJobs((jobs, _, process) => ({
      readJob: async id => {
        const job = await jobs.readJob(id);
        return job && process.startsWith('producer') ? { ...job, status: 'active' } : job;
      },
    })),
  },
  {
    name: 'a page of a listing lacks its last job',
    seed: 4,
    plays: { focus: { persist: true } },
    mutation: inJobs((jobs, _, process) => ({
      list: async (...query) => {
        const page = await jobs.list(...query);
        return process.startsWith('observer') && page.length > 1 ? page.slice(0, -1) : page;
      },
    })),
  },
  {
    name: 'a large item is stored with another content',
    seed: 5,
    plays: { focus: { persist: true, itemBytes: 20_000 } },
    mutation: inWindows(windows => ({
      putChunk: (job, chunk) =>
        windows.putChunk(job, { ...chunk, items: chunk.items.replace('"content":"', '"content":"!') }),
    })),
  },
  {
    name: 'peek leaves out the last record of a page',
    plays: { focus: { persist: true, maxSize: 20, maxWaitMs: 60_000 }, operate: ['peek'], operations: 6 },
    mutation: inWindows(windows => ({
      readPage: async (...asked) => {
        const { slots, isLast } = await windows.readPage(...asked);
        return { slots: slots.slice(0, -1), isLast };
      },
    })),
  },
  {
    name: 'an item is not found by its key while its window waits behind a full one',
    seed: 6,
    plays: {
      focus: {
        persist: true,
        keys: 8,
        dedupKeep: undefined,
        maxSize: 2,
        maxWaitMs: 60_000,
        groups: 1,
        shards: 1,
      },
      calm: true,
      operate: ['findItem', 'pause'],
      operations: 12,
    },
    mutation: inHeads((heads, _, process) => ({
      readHeads: async buffers => {
        const found = await heads.readHeads(buffers);
        if (!process.startsWith('operator')) return found;
        return found.map(({ buffer, head }) => {
          const cap = head.open?.cap ?? Number.POSITIVE_INFINITY;
          return { buffer, head: { ...head, next: Math.min(head.next, head.base + cap) } };
        });
      },
    })),
  },
  {
    name: 'an item is not found by its key while an index shows its job in the list that it was in',
    seed: 45,
    within: 120,
    plays: {
      focus: { persist: true, keys: 8, dedupKeep: undefined, dedupTtlMs: undefined },
      habits: { workMs: 12_000 },
      weather: { calls: {}, spells: { 'index lag': 1 } },
      operate: ['findItem'],
      operations: 12,
    },
    mutation: inJobs((jobs, _, process) => ({
      list: async (batch, list, ...page) => {
        const listed = await jobs.list(batch, list, ...page);
        if (!process.startsWith('operator')) return listed;
        const known = new Map((await jobs.readJobs(listed.map(({ id }) => id))).map(job => [job.id, job]));
        const listOf = ({ status }: Job) => (isEnded({ status }) ? status : 'open');
        return listed.filter(({ id }) => known.get(id) && listOf(known.get(id) as Job) === list);
      },
    })),
  },
  {
    name: 'an item is not found by its key once its batch has run',
    seed: 4,
    plays: {
      focus: { persist: true, keys: 8, dedupKeep: undefined },
      calm: true,
      operate: ['findItem'],
      operations: 6,
    },
    mutation: inJobs((jobs, _, process) => ({
      list: async (batch, list, ...page) =>
        list === 'completed' && process.startsWith('operator') ? [] : jobs.list(batch, list, ...page),
    })),
  },
  {
    name: 'a call that lingers is written long after its time',
    seed: 4,
    plays: { focus: { persist: true, lingerMs: 50 }, calm: true },
    mutation: inServices(({ clock }) => ({
      clock: override(clock, { after: (ms, run) => clock.after(ms === 50 ? 20_000 : ms, run) }),
    })),
  },
  {
    name: 'status counts a job too many',
    seed: 4,
    plays: { focus: { persist: true } },
    mutation: inJobs((jobs, _, process) => ({
      count: async (...query) => (await jobs.count(...query)) + (process.startsWith('observer') ? 1 : 0),
    })),
  },
  {
    name: 'a buffer’s size counts what was sealed',
    seed: 4,
    plays: { focus: { persist: true, groups: 0, ordered: true } },
    mutation: inHeads((heads, _, process) => ({
      readHeads: async buffers =>
        (await heads.readHeads(buffers)).map(({ buffer, head }) => ({
          buffer,
          head: process.startsWith('observer') ? { ...head, base: 0 } : head,
        })),
    })),
  },
  {
    name: 'a purge leaves the items where they are',
    seed: 13,
    plays: { focus: { persist: true }, operate: ['purge'], operations: 6 },
    mutation: inRetention(() => ({ erase: async () => {} })),
  },
  {
    name: 'a purge by a filter leaves the items where they are',
    seed: 6,
    plays: { focus: { persist: true }, operate: ['purgeJobs'], operations: 6 },
    mutation: inRetention(() => ({ erase: async () => {} })),
  },
  {
    name: 'a redrive by a filter counts a job that it has not redriven',
    seed: 13,
    plays: {
      focus: { persist: true },
      habits: { throws: 0.6 },
      operate: ['redriveJobs', 'redriveAll'],
      operations: 6,
    },
    mutation: inJobs(() => ({ redrive: async () => 'redriven' })),
  },
  {
    name: 'a purged job is listed on',
    seed: 14,
    plays: { focus: { persist: true }, operate: ['purge'], operations: 6 },
    mutation: inJobs(() => ({ purge: async () => {} })),
  },
  {
    name: 'a purge by a filter does not ask whether its jobs were redriven since they were found',
    seed: 15,
    within: 250,
    plays: {
      focus: { persist: true },
      habits: { throws: 0.5 },
      operate: ['purgeJobs', 'redriveAll', 'redriveJobs'],
      operations: 12,
    },
    mutation: inJobs((jobs, { clock }) => ({
      beginPurge: async id => {
        await clock.sleep(20_000);
        const job = await jobs.readJob(id);
        return job !== undefined && jobs.beginPurge(id, job.redrives);
      },
    })),
  },
  {
    name: 'an event has another count than its batch',
    seed: 4,
    plays: EVENTS,
    mutation: inServices(({ emit }) => ({
      emit: event =>
        emit(event.type === 'Cistern Batch Sealed' ? { ...event, count: event.count + 1 } : event),
    })),
  },
  {
    name: 'nobody is told that a batch is dead',
    seed: 5,
    plays: { ...EVENTS, habits: { throws: 0.6 } },
    mutation: inServices(({ emit }) => ({
      emit: async event => {
        if (event.type !== 'Cistern Batch Dead') await emit(event);
      },
    })),
  },
];
