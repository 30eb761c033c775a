import { fromBits, toBits } from '#lib/jobs/bits';
import type { Update } from '#lib/store/table-port';
import { edit, inJobs, inRetention, inUpdates, type Mutant } from './mutant.ts';
import { DEAD, RETRIES } from './running.ts';

const DAY_MS = 86_400_000;

const isRedrive = ({ update }: Update): boolean => update.includes('#redrives = ');

/** Mistakes in what becomes of ended jobs: redrive, purge, onDead. */
export const ENDED_MUTANTS: readonly Mutant[] = [
  {
    name: 'a redriven job does not count its attempts anew',
    seed: 5,
    plays: { ...DEAD, operate: ['redriveAll'] },
    mutation: inUpdates('job', edit('update', '#attempts = :set_attempts, ', '', isRedrive)),
  },
  {
    name: 'a redriven job is in no index',
    seed: 5,
    plays: { ...DEAD, operate: ['redriveAll'] },
    mutation: inUpdates('job', edit('update', '#dueAt = :set_dueAt, ', '', isRedrive)),
  },
  {
    name: 'a redrive forgets what had been given up',
    seed: 10,
    plays: {
      focus: { persist: true, maxSize: 4, retries: { ...RETRIES, max: 1 } },
      habits: { failsItems: 0.9 },
      operate: ['redriveAll'],
    },
    mutation: inJobs(jobs => ({
      end: (id, by, end) => {
        const left = end.status === 'failed' || end.status === 'dead' ? end.left : undefined;
        const numbers = left && fromBits(left, left.length * 8);
        if (numbers === undefined || numbers.length < 2) return jobs.end(id, by, end);
        return jobs.end(id, by, { ...end, left: toBits(numbers.slice(1), numbers.length * 8) });
      },
    })),
  },
  {
    name: 'a purge takes the items of a job that is not ended',
    seed: 15,
    plays: {
      focus: { persist: true, retries: RETRIES },
      habits: { throws: 0.4 },
      operate: ['redriveAll', 'purge'],
    },
    mutation: inRetention(retention => ({
      prolong: async job => retention.erase(job),
    })),
  },
  {
    name: 'onDead is forgotten when it throws',
    seed: 15,
    plays: DEAD,
    mutation: inJobs((jobs, { clock }) => ({
      endOnDead: (id, by) => jobs.endOnDead(id, by, { now: clock.now(), keepMs: DAY_MS }),
    })),
  },
  {
    name: 'onDead is not called',
    seed: 13,
    plays: DEAD,
    mutation: inJobs(jobs => ({
      claimOnDead: async (id, by, now, lockedUntil) => {
        const job = await jobs.claimOnDead(id, by, now, lockedUntil);
        if (job) await jobs.endOnDead(id, by, { now, keepMs: DAY_MS });
        return undefined;
      },
    })),
  },
  {
    name: 'a call of onDead that returned is not written down',
    seed: 5,
    plays: DEAD,
    mutation: inJobs(() => ({ endOnDead: async () => {} })),
  },
  {
    name: 'a call of onDead takes no lock',
    seed: 13,
    plays: { ...DEAD, weather: { calls: {}, spells: { 'message doubled': 0.6 } } },
    mutation: inJobs(jobs => ({ claimOnDead: (id, by, now) => jobs.claimOnDead(id, by, now, now - 1) })),
  },
];
