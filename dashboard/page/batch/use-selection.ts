import { useState } from 'preact/hooks';
import { canPurge } from '../actions/job-questions.ts';
import type { JobInfo } from '../api/contract.ts';

/** Jobs that are chosen for an action, also on pages that are not shown. */
export interface Selection {
  readonly jobs: readonly JobInfo[];
  has(id: string): boolean;
  /** Only an ended job can be chosen: nothing is done to others. */
  can(job: JobInfo): boolean;
  toggle(job: JobInfo): void;
  /** Chooses all of these that can be, or none of them where all are chosen already. */
  toggleAll(jobs: readonly JobInfo[]): void;
  clear(): void;
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, JobInfo>>(new Map());
  const can = ({ status }: JobInfo) => canPurge(status);
  const change = (jobs: readonly JobInfo[], on: boolean) => {
    const next = new Map(chosen);
    for (const job of jobs) {
      if (on) next.set(job.id, job);
      else next.delete(job.id);
    }
    setChosen(next);
  };
  return {
    jobs: [...chosen.values()],
    has: id => chosen.has(id),
    can,
    toggle: job => change([job], !chosen.has(job.id)),
    toggleAll: jobs => {
      const ended = jobs.filter(can);
      change(ended, !ended.every(({ id }) => chosen.has(id)));
    },
    clear: () => setChosen(new Map()),
  };
}
