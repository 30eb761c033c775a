import { NewerSchemaError } from '../errors.ts';
import type { BufferKey } from '../store/buffer-key.ts';
import type { DueEntry } from '../store/due-entry.ts';
import type { Head } from '../store/head.ts';
import { isEnded, type Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';

/** Buffers of a batch that are read to find its oldest item: those with the earliest entries. */
const READ_AT_MOST = 100;
/** Jobs of a batch that are read at each end of the due index. At the front are old jobs, at the back are stuck ones. */
const JOBS_READ = 20;

/**
 * Measures how long the oldest item of each batch has waited, in a buffer or in a job that has not ended. The index
 * has keys and no ages, so that records have to be read. They are few, and cost next to nothing. The buffers read are
 * those that are due first: they are the oldest where all windows of a batch wait equally long. The jobs read of each
 * batch are those that are due first and last, since the ticker looks at a stuck job ever later.
 *
 * @param entries entries of the due index, with the first ones to be due among them
 */
export async function measureAges(
  services: Pick<Services, 'store' | 'clock' | 'definitions' | 'measure' | 'warn'>,
  entries: readonly DueEntry[],
): Promise<void> {
  const oldest = new Map<string, number>();
  const meet = (batch: string, at: number) =>
    oldest.set(batch, Math.min(at, oldest.get(batch) ?? Number.POSITIVE_INFINITY));
  const [open, unfinished] = await Promise.all([
    readHeads(services, firstBuffers(entries)),
    entries.some(({ kind }) => kind === 'job') ? oldestJobs(services) : [],
  ]);
  for (const { buffer, head } of open) if (head.open) meet(buffer.batch, head.open.openedAt);
  for (const job of unfinished) meet(job.batch, job.createdAt);
  const now = services.clock.now();
  for (const [batch, at] of oldest) services.measure(batch, { OldestItemAge: Math.max(0, now - at) });
}

async function oldestJobs(services: Pick<Services, 'store' | 'definitions' | 'warn'>): Promise<Job[]> {
  const { jobs } = services.store;
  const found = services.definitions().map(({ name }) =>
    readable(services, async () => {
      const [first, last] = await Promise.all([
        jobs.openFrom(name, JOBS_READ),
        jobs.list(name, 'open', JOBS_READ),
      ]);
      return jobs.readJobs([...first, ...last].map(({ id }) => id));
    }),
  );
  return (await Promise.all(found)).flatMap(read => read ?? []).filter(job => !isEnded(job));
}

/** Reads heads together, and one by one if that fails. So a head of a later version does not hide the others. */
async function readHeads(
  services: Pick<Services, 'store' | 'warn'>,
  buffers: readonly BufferKey[],
): Promise<{ readonly buffer: BufferKey; readonly head: Head }[]> {
  const { heads } = services.store;
  const all = await readable(services, () => heads.readHeads(buffers));
  if (all || buffers.length < 2) return all ?? [];
  const each = buffers.map(buffer => readable(services, () => heads.readHeads([buffer])));
  return (await Promise.all(each)).flatMap(found => found ?? []);
}

/** Reads for a measurement. A read that fails is logged, and its records are not measured. */
async function readable<T>({ warn }: Pick<Services, 'warn'>, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    // A repair logs records of a later version when they are due.
    if (!(error instanceof NewerSchemaError)) warn('the age of what waits could not be read', error);
    return undefined;
  }
}

function firstBuffers(entries: readonly DueEntry[]): BufferKey[] {
  const byBatch = new Map<string, BufferKey[]>();
  for (const entry of [...entries].sort((a, b) => a.dueAt - b.dueAt)) {
    if (entry.kind !== 'head') continue;
    const buffers = byBatch.get(entry.buffer.batch) ?? [];
    byBatch.set(entry.buffer.batch, buffers);
    if (buffers.length < READ_AT_MOST) buffers.push(entry.buffer);
  }
  return [...byBatch.values()].flat();
}
