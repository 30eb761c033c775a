import type { JobInfo } from '../api/contract.ts';

/** Failures that say the same, but for numbers and ids. */
export interface ErrorGroup {
  /** What they say in common. */
  readonly key: string;
  /** What the latest of them said. */
  readonly latest: string;
  readonly attempts: number;
  /** The jobs that it was said of, the one with the latest failure first. */
  readonly jobs: readonly JobInfo[];
  /** Items that are not done, of the jobs whose last failure this is. */
  readonly items: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** Letters and digits together, as ids have them. */
const ID = /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{2,}\b/gi;
/** A time of day or a date, a number, a number with its parts. */
const NUMBER = /\d+(?:[.,:]\d+)*/g;

/** What a message says, without numbers and ids: those that differ in them alone say the same. */
export const withoutNumbers = (message: string): string =>
  message.replace(UUID, '‹id›').replace(ID, '‹id›').replace(NUMBER, '‹n›').replace(/\s+/g, ' ').trim();

/** The key of an error's group. */
export const groupKeyOf = ({ name, message }: { readonly name: string; readonly message: string }): string =>
  `${name}: ${withoutNumbers(message)}`;

/** Groups the failures of these jobs by what they say, the ones with the latest failure first. */
export function groupErrors(jobs: readonly JobInfo[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const failure of jobs.flatMap(failuresOf)) {
    const { key, job, at, said, isLast } = failure;
    const before = groups.get(key);
    const latest = before === undefined || before.lastAt < at;
    const others = before?.jobs.filter(({ id }) => id !== job.id) ?? [];
    groups.set(key, {
      key,
      latest: latest ? said : before.latest,
      attempts: (before?.attempts ?? 0) + 1,
      jobs: latest ? [job, ...others] : [...others, job],
      items: (before?.items ?? 0) + (isLast ? (job.counts.left ?? job.counts.items ?? job.counts.slots) : 0),
      firstAt: before !== undefined && before.firstAt < at ? before.firstAt : at,
      lastAt: latest ? at : before.lastAt,
    });
  }
  return [...groups.values()].sort((a, b) => b.lastAt.localeCompare(a.lastAt));
}

/** A job's failed attempts that have said why, and the error that ended it where no attempt has. */
function failuresOf(job: JobInfo) {
  const failed = job.attempts.flatMap(({ error, finishedAt, startedAt }) =>
    error === undefined ? [] : [{ error, at: finishedAt ?? startedAt ?? job.sealedAt }],
  );
  if (failed.length === 0 && job.error !== undefined) {
    failed.push({ error: job.error, at: job.finishedAt ?? job.sealedAt });
  }
  return failed.map(({ error, at }, index) => ({
    key: groupKeyOf(error),
    said: `${error.name}: ${error.message}`,
    job,
    at,
    isLast: index === failed.length - 1,
  }));
}
