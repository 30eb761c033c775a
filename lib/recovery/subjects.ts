import type { BufferKey } from '../store/buffer-key.ts';
import type { DueEntry } from '../store/due-entry.ts';
import type { Head } from '../store/head.ts';
import type { Job } from '../store/job.ts';
import type { Services } from '../store/services.ts';
import { nameOf } from './ticker-memory.ts';

/** The most records that one look reads. The other entries stay due for the next look. */
export const RECORDS_PER_LOOK = 4_000;
/** Records that one request reads. A record that cannot be read makes the request fail, so that they are few. */
const AT_A_TIME = 100;

/** An entry of the due index, with its record. */
export interface Subject {
  readonly entry: DueEntry;
  readonly name: string;
  /** False when its record could not be read together with others. */
  readonly isRead: boolean;
  readonly head?: Head | undefined;
  readonly job?: Job | undefined;
}

/**
 * Reads the records of entries. Where they are too many for one look, each batch gets the same share. All jobs
 * together count as one batch here, since the index does not name their batches. Entries without a record are left
 * out: the index lags a moment.
 */
export async function readSubjects(
  services: Pick<Services, 'store'>,
  entries: readonly DueEntry[],
): Promise<Subject[]> {
  const picked = inTurn(entries, RECORDS_PER_LOOK);
  const pages: DueEntry[][] = [];
  for (let i = 0; i < picked.length; i += AT_A_TIME) pages.push(picked.slice(i, i + AT_A_TIME));
  return (await Promise.all(pages.map(page => readPage(services, page)))).flat();
}

/** Picks the first entries of each kind and batch, one of each in turn. */
function inTurn(entries: readonly DueEntry[], most: number): DueEntry[] {
  if (entries.length <= most) return [...entries];
  const parts = new Map<string, DueEntry[]>();
  for (const entry of entries) {
    const part = entry.kind === 'head' ? `head ${entry.buffer.batch}` : entry.kind;
    const own = parts.get(part);
    if (own) own.push(entry);
    else parts.set(part, [entry]);
  }
  const picked: DueEntry[] = [];
  for (let turn = 0; picked.length < most; turn++) {
    for (const part of parts.values()) {
      const entry = part[turn];
      if (entry && picked.length < most) picked.push(entry);
    }
  }
  return picked;
}

async function readPage({ store }: Pick<Services, 'store'>, page: readonly DueEntry[]): Promise<Subject[]> {
  const buffers = page.flatMap(entry => (entry.kind === 'head' ? [entry.buffer] : []));
  const ids = page.flatMap(entry => (entry.kind === 'job' ? [entry.id] : []));
  // Records that cannot be read together are read one by one later, so that one record does not hide the others.
  const [heads, jobs] = await Promise.all([
    store.heads.readHeads(buffers).catch(() => undefined),
    store.jobs.readJobs(ids).catch(() => undefined),
  ]);
  const headOf = new Map(heads?.map(({ buffer, head }) => [bufferName(buffer), head]));
  const jobOf = new Map(jobs?.map(job => [job.id, job]));
  return page.flatMap((entry): Subject[] => {
    const name = nameOf(entry);
    if (entry.kind === 'control') return [{ entry, name, isRead: true }];
    if (entry.kind === 'head') {
      const head = headOf.get(bufferName(entry.buffer));
      return heads === undefined || head ? [{ entry, name, isRead: heads !== undefined, head }] : [];
    }
    const job = jobOf.get(entry.id);
    return jobs === undefined || job ? [{ entry, name, isRead: jobs !== undefined, job }] : [];
  });
}

const bufferName = (buffer: BufferKey): string => nameOf({ kind: 'head', buffer, dueAt: 0 });
