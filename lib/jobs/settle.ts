import type { Definition } from '../definition/options.ts';
import type { RunEnd } from '../store/job-ports.ts';
import type { ErrorRecord, Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';
import { aboutJob } from './about-job.ts';
import { countBits, toBits } from './bits.ts';
import { wakeNext } from './order.ts';
import { JOB_PATIENCE_MS } from './patience.ts';

/** How a job that has failed for good ends, by its definition; where that is not deployed any more, as failed. */
export function failedEnd(
  { batch, left, lost, items }: Job,
  definition: Definition | undefined,
  now: number,
): Pick<RunEnd, 'batch' | 'status' | 'now' | 'keepMs' | 'onDeadBy' | 'left'> {
  const { enabled = false, onDead } = definition?.deadLetter ?? {};
  return {
    batch,
    status: enabled ? 'dead' : 'failed',
    now,
    keepMs: definition?.retention.failed ?? DEFAULT_KEEP_MS,
    ...(enabled && onDead && { onDeadBy: now + JOB_PATIENCE_MS }),
    ...(left && lost && { left: union(left, lost, items ?? left.length * 8) }),
  };
}

/** For jobs of a batch that is not deployed any more. */
const DEFAULT_KEEP_MS = 14 * 86_400_000;

function union(a: Uint8Array, b: Uint8Array, size: number): Uint8Array {
  const both = toBits([], Math.max(size, a.length * 8, b.length * 8));
  return both.map((_, at) => (a[at] ?? 0) | (b[at] ?? 0));
}

/**
 * What is to be done once a job's end is written down: onDead is called by the dead letter function, which a message
 * wakes; the next in line may run; the bus is told. What is lost here by a crash the ticker finds, but for events.
 */
export async function afterEnd(
  services: Services,
  definition: Definition | undefined,
  job: Job,
  end: RunEnd,
): Promise<void> {
  const { queues, background } = services;
  if (end.status !== 'retrying') {
    services.measure(job.batch, { [end.status === 'completed' ? 'BatchesCompleted' : 'BatchesDead']: 1 });
  }
  if (end.status === 'failed' || end.status === 'dead') {
    const { status, error } = end;
    const data = { status, error: error && `${error.name}: ${error.message}` };
    services.note({ ...aboutJob(job), level: 'error', message: 'a batch has failed for good', data });
  }
  const soon = (work: () => Promise<unknown>) =>
    background.soon('a job has ended; the ticker will do the rest', work, aboutJob(job));
  const endsTurn = definition?.ordered && end.status !== 'retrying';
  await Promise.all([
    end.onDeadBy !== undefined && soon(() => queues.sendDead(job.batch, { job: job.id })),
    endsTurn && soon(() => wakeNext(services, job)),
  ]);
  if (definition?.events) await tell(services, job, end);
}

async function tell({ emit, deployment }: Services, job: Job, end: RunEnd): Promise<void> {
  const { status, now, runs, notBefore, error } = end;
  const run = runs.at(-1);
  const about = {
    deployment,
    batch: job.batch,
    at: new Date(now).toISOString(),
    job: job.id,
    ...(job.group !== undefined && { group: job.group }),
    attempt: job.attempts,
  };
  const items = end.items ?? job.items ?? job.count;
  if (status === 'completed') {
    const durationMs = now - (job.startedAt ?? now);
    return emit({ ...about, type: 'Cistern Batch Succeeded', items, durationMs });
  }
  const left = end.left ? countBits(end.left) + (end.lost ? countBits(end.lost) : 0) : items;
  const failure: ErrorRecord = error ?? job.error ?? { name: 'Error', message: 'unknown' };
  // an attempt that settled all it was given may yet end a job of which items had been given up before
  if (run?.outcome !== 'succeeded') {
    await emit({
      ...about,
      type: 'Cistern Attempt Failed',
      maxAttempts: job.maxAttempts ?? job.attempts,
      outcome: run?.outcome ?? 'failed',
      error: failure,
      left,
      ...(notBefore !== undefined && { nextAttemptAt: new Date(notBefore).toISOString() }),
    });
  }
  if (status === 'retrying') return;
  await emit({ ...about, type: 'Cistern Batch Dead', status, items: left, error: failure });
}
