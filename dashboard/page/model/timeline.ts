import type { Attempt, JobInfo } from '../api/contract.ts';

/** Something that happened to a job, or a stretch of its life. */
export interface Entry {
  readonly kind:
    | 'gathering'
    | 'waiting'
    | 'forgotten'
    | 'attempt'
    | 'delay'
    | 'parked'
    | 'redriven'
    | 'hooks'
    | 'ended';
  /** When it began, as an ISO time. Absent where the record does not have it. */
  readonly at?: string | undefined;
  /** When it ended. Absent while it goes on, and where it took no time. */
  readonly until?: string | undefined;
  readonly open?: boolean;
  /** Of an attempt that has ended. */
  readonly attempt?: Attempt;
  /** Of an attempt: its number. Of a redrive: which one. Of hooks: how often they threw. */
  readonly number?: number;
}

/** A job's life in its order, from its first item till its end or now. */
export function timeline(job: JobInfo): Entry[] {
  const entries: Entry[] = [{ kind: 'gathering', at: job.createdAt, until: job.sealedAt }];
  let last: string | undefined = job.sealedAt;
  let redrive = 0;
  const first = job.attempts[0];
  if (first !== undefined && !(first.attempt === 1 && first.redrive === undefined)) {
    entries.push({ kind: 'forgotten' });
    last = undefined;
    redrive = first.redrive ?? 0;
  }
  const step = (number: number, of: number, startedAt: string | undefined) => {
    const redriven = of > redrive;
    if (redriven) entries.push({ kind: 'redriven', number: of });
    redrive = of;
    // when a redrive was asked for is not written down: what waited before it and after it cannot be told apart
    if (last !== undefined && startedAt !== undefined && !redriven) {
      entries.push({ kind: number === 1 ? 'waiting' : 'delay', at: last, until: startedAt });
    }
  };
  for (const attempt of job.attempts) {
    const { startedAt, finishedAt } = attempt;
    step(attempt.attempt, attempt.redrive ?? 0, startedAt);
    entries.push({
      ...{ kind: 'attempt', attempt, number: attempt.attempt, at: startedAt, until: finishedAt },
      ...(isOpen(attempt, job) && { open: true }),
    });
    last = finishedAt;
  }
  entries.push(...now(job, last, step));
  return entries;
}

/** An attempt that has timed out is listed, and active until its handler has returned. */
const isOpen = ({ attempt, redrive = 0, finishedAt }: Attempt, job: JobInfo): boolean =>
  job.status === 'active' && finishedAt === undefined && attempt === job.attempt && redrive === job.redrives;

/** What it is doing now, or how it ended. */
function now(
  job: JobInfo,
  last: string | undefined,
  step: (number: number, redrive: number, startedAt: string | undefined) => void,
): Entry[] {
  const { status, attempt, redrives, startedAt, finishedAt, hookErrors, attempts } = job;
  const hooks: Entry[] = hookErrors > 0 ? [{ kind: 'hooks', number: hookErrors }] : [];
  switch (status) {
    case 'active':
      if (attempts.some(each => isOpen(each, job))) return hooks;
      step(attempt, redrives, startedAt);
      return [...hooks, { kind: 'attempt', number: attempt, at: startedAt, open: true }];
    case 'waiting':
    case 'parked':
    case 'retrying': {
      const redriven = redrives > (attempts.at(-1)?.redrive ?? 0) && attempt === 0;
      const kind = status === 'parked' ? 'parked' : status === 'waiting' ? 'waiting' : 'delay';
      return [
        ...hooks,
        ...(redriven ? [{ kind: 'redriven' as const, number: redrives }] : []),
        { kind, ...(!redriven && { at: last }), open: true },
      ];
    }
    default:
      return [...hooks, { kind: 'ended', at: finishedAt }];
  }
}
