import { fromBits, toBits } from '#lib/jobs/bits';
import type { Update } from '#lib/store/table-port';
import { edit, inJobs, inQueues, inServices, inUpdates, type Mutant } from './mutant.ts';

export const RETRIES = { max: 2, strategy: 'fixed', baseDelay: 1_000, jitter: false } as const;
const FAILING = {
  focus: { persist: true, retries: RETRIES, maxSize: 4 },
  habits: { throws: 0.4, failsItems: 0.6 },
};
const CALM_FAILING = {
  ...FAILING,
  focus: { ...FAILING.focus, concurrency: undefined, ordered: false },
  calm: true,
};
/** Plays whose jobs often die. */
export const DEAD = {
  focus: { persist: true, dead: 'onDead' as const, retries: { ...RETRIES, max: 1 } },
  habits: { throws: 0.8 },
};
const LONG = { focus: { persist: true, lockTtlMs: 5_000 }, habits: { workMs: 8_000 }, calm: true };

const isEnd = ({ update }: Update): boolean => update.includes(':set_status');

/** Mistakes in the life of a job: claim, lock, attempt, end, retry. */
export const RUNNING_MUTANTS: readonly Mutant[] = [
  {
    name: 'what a retry has left is not written down',
    seed: 15,
    plays: FAILING,
    mutation: inJobs(jobs => ({ end: (id, by, end) => jobs.end(id, by, { ...end, left: undefined }) })),
  },
  {
    name: 'what was given up is not written down',
    seed: 5,
    plays: FAILING,
    mutation: inJobs(jobs => ({ end: (id, by, end) => jobs.end(id, by, { ...end, lost: undefined }) })),
  },
  {
    name: 'a retry forgets the last item',
    seed: 5,
    plays: FAILING,
    mutation: inJobs(jobs => ({
      end: (id, by, end) => {
        const left = end.left && fromBits(end.left, end.left.length * 8);
        if (left === undefined || left.length < 2) return jobs.end(id, by, end);
        return jobs.end(id, by, { ...end, left: toBits(left.slice(0, -1), left.length * 8) });
      },
    })),
  },
  {
    name: 'a batch that failed in part is completed',
    seed: 5,
    plays: FAILING,
    mutation: inJobs(jobs => ({
      end: (id, by, end) =>
        jobs.end(
          id,
          by,
          end.left
            ? { ...end, status: 'completed', left: undefined, lost: undefined, error: undefined }
            : end,
        ),
    })),
  },
  {
    name: 'the errors of items stay as they were',
    seed: 13,
    plays: { ...FAILING, habits: { failsItems: 0.8 } },
    mutation: inUpdates(
      'job',
      edit(
        'update',
        '#itemErrors = :set_itemErrors',
        '#itemErrors = if_not_exists(#itemErrors, :set_itemErrors)',
        isEnd,
      ),
    ),
  },
  {
    name: 'an attempt is not counted',
    seed: 15,
    plays: FAILING,
    mutation: inUpdates('job', edit('update', ' ADD #attempts :set_attempts')),
  },
  {
    name: 'a job has one attempt more than it may have',
    seed: 14,
    plays: DEAD,
    mutation: inJobs(jobs => ({
      claim: (id, claim, orCreate) =>
        jobs.claim(id, { ...claim, maxAttempts: claim.maxAttempts + 1 }, orCreate),
    })),
  },
  {
    name: 'a job has one attempt less than it may have',
    seed: 15,
    plays: FAILING,
    mutation: inJobs(jobs => ({
      claim: (id, claim, orCreate) =>
        jobs.claim(id, { ...claim, maxAttempts: Math.max(1, claim.maxAttempts - 1) }, orCreate),
    })),
  },
  {
    name: 'the delay of a retry is not kept',
    seed: 5,
    plays: CALM_FAILING,
    mutation: inUpdates(
      'job',
      edit('condition', '(attribute_not_exists(#notBefore) OR #notBefore <= :now) AND', ''),
    ),
  },
  {
    name: 'the delay of a retry is half of what it is to be',
    seed: 4,
    plays: CALM_FAILING,
    mutation: inJobs(jobs => ({
      end: (id, by, end) =>
        jobs.end(
          id,
          by,
          end.notBefore === undefined ? end : { ...end, notBefore: end.now + (end.notBefore - end.now) / 2 },
        ),
    })),
  },
  {
    name: 'the delay of a retry is three times what it is to be',
    seed: 13,
    plays: CALM_FAILING,
    mutation: inQueues((queues, { clock }) => ({
      setVisibility: (queue, batch, receipt, seconds) =>
        queues.setVisibility(queue, batch, receipt, seconds * 3 + Number(clock.now() < 0)),
    })),
  },
  {
    name: 'a message’s visibility is never set',
    seed: 4,
    plays: CALM_FAILING,
    mutation: inQueues(() => ({ setVisibility: async () => {} })),
  },
  {
    name: 'a claim does not look at the lock',
    seed: 11,
    plays: { focus: { persist: true }, habits: { workMs: 3_000 } },
    mutation: inUpdates(
      'job',
      edit('condition', 'AND (attribute_not_exists(#lockedUntil) OR #lockedUntil < :now)', ''),
    ),
  },
  {
    name: 'a lock is not renewed',
    seed: 5,
    plays: { ...LONG, weather: { calls: {}, spells: { 'message doubled': 1 } } },
    mutation: inJobs(() => ({ renew: async () => true })),
  },
  {
    name: 'a lock is renewed four times too seldom',
    seed: 5,
    plays: LONG,
    mutation: inServices(({ clock }) => ({
      clock: { ...clock, now: clock.now, every: (ms, action) => clock.every(ms * 4, action) },
    })),
  },
  {
    name: 'a run ends a job that another has taken over',
    seed: 15,
    plays: {
      focus: { persist: true, lockTtlMs: 5_000, retries: RETRIES },
      habits: { throws: 0.4, workMs: 8_000 },
      weather: { calls: {}, spells: { frozen: 3 } },
    },
    mutation: inUpdates('job', edit('condition', '#claimedBy = :by', ':by = :by')),
  },
  {
    name: 'an ended run keeps its lock',
    seed: 4,
    plays: CALM_FAILING,
    mutation: inUpdates('job', edit('update', '#lockedUntil, ', '', isEnd)),
  },
  {
    name: 'an ended job stays in the index',
    seed: 4,
    plays: FAILING,
    mutation: inUpdates('job', edit('update', ', #dueAt', '', isEnd)),
  },
  {
    name: 'an ended job’s record lives for a second',
    seed: 4,
    plays: FAILING,
    // as many seconds after the beginning of 1970 as it had attempts
    mutation: inUpdates('job', edit('update', '#expires = :set_expires', '#expires = :set_attempts', isEnd)),
  },
  {
    name: 'what beforeFlush made is not written down',
    seed: 5,
    plays: { focus: { persist: true, filters: true, retries: RETRIES, maxSize: 5 }, habits: { throws: 0.5 } },
    mutation: inJobs(() => ({ putPrepared: async (_id, _by, prepared) => prepared })),
  },
  {
    name: 'onSuccess is called twice',
    seed: 4,
    plays: { focus: { hooks: true, persist: true } },
    mutation: inServices(({ definitionOf }) => ({
      definitionOf: batch => {
        const definition = definitionOf(batch);
        const onSuccess = definition?.hooks.onSuccess;
        if (definition === undefined || onSuccess === undefined) return definition;
        const twice: typeof onSuccess = async (job, result) => {
          await onSuccess(job, result);
          await onSuccess(job, result);
        };
        return { ...definition, hooks: { ...definition.hooks, onSuccess: twice } };
      },
    })),
  },
  {
    name: 'a handler gets its items backwards',
    seed: 4,
    plays: { focus: { persist: true, maxSize: 5 } },
    mutation: inServices(({ definitionOf }) => ({
      definitionOf: batch => {
        const definition = definitionOf(batch);
        if (definition === undefined) return definition;
        const { handler } = definition;
        return {
          ...definition,
          handler: ((context: object) =>
            (handler as (given: unknown) => unknown)(
              Object.create(context, {
                batch: { value: [...(context as { batch: unknown[] }).batch].reverse() },
              }),
            )) as typeof handler,
        };
      },
    })),
  },
];
