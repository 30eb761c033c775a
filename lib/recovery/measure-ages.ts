import { NewerSchemaError } from '../errors.ts';
import { type BufferKey, type DueEntry, isEnded, type Job } from '../store/records.ts';
import type { Services } from '../store/services.ts';

/** Records of a batch that are read for its oldest item: those that the ticker is to look at first. */
const READ_AT_MOST = 100;

/**
 * Measures how long the oldest item of each batch has waited, whether it is buffered or in a job that has not ended.
 * The index has keys alone and no ages, so that records are read: few enough to cost next to nothing. The buffers are
 * the first to be due, and where all windows of a batch wait equally long these are the oldest.
 *
 * It harms nobody when it fails.
 */
export async function measureAges(services: Services, entries: readonly DueEntry[]): Promise<void> {
  try {
    const oldest = new Map<string, number>();
    const meet = (batch: string, at: number) =>
      oldest.set(batch, Math.min(at, oldest.get(batch) ?? Number.POSITIVE_INFINITY));
    const { heads, jobs } = services.store;
    const [open, unfinished] = await Promise.all([
      heads.readHeads(firstBuffers(entries)),
      jobs.readJobs(firstJobs(entries)),
    ]);
    for (const { buffer, head } of open) if (head.open) meet(buffer.batch, head.open.openedAt);
    for (const job of await oldestJobs(services, unfinished)) meet(job.batch, job.createdAt);
    const now = services.clock.now();
    for (const [batch, at] of oldest) services.measure(batch, { OldestItemAge: Math.max(0, now - at) });
  } catch (error) {
    // of what a later version has stored its own ticker tells
    if (error instanceof NewerSchemaError) return;
    services.warn('the age of what waits could not be measured', error);
  }
}

/** Of each batch that has unfinished jobs, its oldest: one that waits for long is looked at ever less often. */
async function oldestJobs({ store }: Services, unfinished: readonly Job[]): Promise<Job[]> {
  const batches = new Set(unfinished.flatMap(job => (isEnded(job) ? [] : [job.batch])));
  const ids = await Promise.all([...batches].map(batch => store.jobs.oldestOpen(batch)));
  return store.jobs.readJobs(ids.filter(id => id !== undefined));
}

function firstBuffers(entries: readonly DueEntry[]): BufferKey[] {
  const byBatch = new Map<string, BufferKey[]>();
  for (const entry of inOrder(entries)) {
    if (entry.kind !== 'head') continue;
    const buffers = byBatch.get(entry.buffer.batch) ?? [];
    byBatch.set(entry.buffer.batch, buffers);
    if (buffers.length < READ_AT_MOST) buffers.push(entry.buffer);
  }
  return [...byBatch.values()].flat();
}

/** A job's key does not tell its batch: of all batches together those that are looked at first. */
const firstJobs = (entries: readonly DueEntry[]): string[] =>
  inOrder(entries)
    .flatMap(entry => (entry.kind === 'job' ? [entry.id] : []))
    .slice(0, READ_AT_MOST);

const inOrder = (entries: readonly DueEntry[]): DueEntry[] => [...entries].sort((a, b) => a.dueAt - b.dueAt);
