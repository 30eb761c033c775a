import type { JobInfo } from '../api/contract.ts';

/** A stretch of a job's life. */
export interface Phase {
  readonly name: 'gathering' | 'waiting' | 'active' | 'between attempts';
  readonly ms: number;
  /** It goes on now. */
  readonly open: boolean;
}

/** How long each kind of phase took in all, in the order in which they first came. */
export function sumPhases(all: readonly Phase[]): Phase[] {
  const sums = new Map<Phase['name'], Phase>();
  for (const { name, ms, open } of all) {
    const sum = sums.get(name);
    sums.set(name, { name, ms: ms + (sum?.ms ?? 0), open: open || (sum?.open ?? false) });
  }
  return [...sums.values()];
}

/** Where a job's time went, from its first item till its end or now. */
export function phases(job: JobInfo, now: number): Phase[] {
  const at = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));
  const created = Date.parse(job.createdAt);
  const sealed = Date.parse(job.sealedAt);
  const found: Phase[] = [{ name: 'gathering', ms: sealed - created, open: false }];
  let last = sealed;
  const upTo = (name: Phase['name'], end: number | undefined) => {
    found.push({ name, ms: Math.max(0, (end ?? now) - last), open: end === undefined });
    last = end ?? now;
  };
  for (const attempt of job.attempts) {
    if (attempt.startedAt === undefined) continue;
    const first = attempt.attempt === 1 && attempt.redrive === undefined;
    upTo(first ? 'waiting' : 'between attempts', at(attempt.startedAt));
    upTo('active', at(attempt.finishedAt) ?? at(job.finishedAt));
  }
  const active = job.status === 'active' && !found.at(-1)?.open;
  if (active) {
    // the attempt that runs is not in the list of those that ended
    if (job.startedAt !== undefined && Date.parse(job.startedAt) >= last) {
      upTo(job.attempts.length === 0 ? 'waiting' : 'between attempts', at(job.startedAt));
    }
    upTo('active', undefined);
  } else if (job.status === 'waiting' || job.status === 'parked') upTo('waiting', undefined);
  else if (job.status === 'retrying') upTo('between attempts', undefined);
  return found.filter(({ ms, open }) => ms >= 0 && (ms > 0 || open));
}
