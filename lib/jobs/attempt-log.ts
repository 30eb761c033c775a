import type { AttemptRecord, Job } from '../store/job.ts';

/** Attempts that a record keeps. */
const KEPT = 20;

/**
 * Adds an attempt to a job's ended attempts. Attempts without a reported end are filled in as died or stopped, or as
 * timed out where their process had stored that.
 */
export function withAttempt(job: Job, ended?: Omit<AttemptRecord, 'attempt' | 'redrive'>): AttemptRecord[] {
  const { attempts, runs, redrives } = job;
  const redrive = redrives === 0 ? {} : { redrive: redrives };
  const reported = runs.filter(run => (run.redrive ?? 0) === redrives).map(({ attempt }) => attempt);
  const last = Math.max(0, ...reported);
  const unreported = Array.from({ length: attempts - last }, (_, i) => last + 1 + i);
  const added = unreported.map((attempt): AttemptRecord => {
    if (ended && attempt === attempts) return { attempt, ...redrive, ...ended };
    if (job.timedOut === attempt && job.error) {
      return { attempt, ...redrive, outcome: 'timed out', error: job.error };
    }
    return { attempt, ...redrive, outcome: 'died', error: died(attempt) };
  });
  return [...runs, ...added].slice(-KEPT);
}

export const died = (attempt: number): { readonly name: string; readonly message: string } => ({
  name: 'ProcessDiedError',
  message: `the process died or was stopped in attempt ${attempt}`,
});
