import { type ErrorRecord, isEnded, type Job } from '../store/job.ts';
import { itemErrorsOf } from './item-errors.ts';

/** Jobs that a group names. */
const NAMED = 5;

/** Errors that say the same, but for numbers and ids. */
export interface ErrorGroup {
  readonly name: string;
  /** What they say, with `…` in place of numbers and ids. */
  readonly message: string;
  /** The message of the latest one, as it was. */
  readonly example: string;
  /** Jobs that have such an error. */
  readonly jobs: number;
  /** Those of the jobs that have failed for good. */
  readonly ended: number;
  /** Their items that failed with such an error, as far as jobs say. */
  readonly items: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The latest five of these jobs. */
  readonly latest: readonly string[];
}

/** Parts of messages that differ from case to case, the longer ones first. */
const PARTS = [
  // UUIDs
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  // times
  /\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/g,
  // hexadecimal numbers and hashes that have a digit
  /\b(0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,})\b/gi,
  // words with digits in them, such as ids, and numbers
  /[\w-]*\d[\w-]*([.,:]\d+)*/g,
];

/** Returns what a message says, with `…` in place of numbers and ids. */
export function withoutNumbers(message: string): string {
  return PARTS.reduce((text, part) => text.replaceAll(part, '…'), message).replaceAll(
    /…(?:[\s,.:/-]*…)+/g,
    '…',
  );
}

interface Seen {
  readonly name: string;
  readonly message: string;
  example: string;
  readonly ended: Set<string>;
  items: number;
  firstAt: number;
  lastAt: number;
  readonly jobs: Map<string, number>;
}

/** Returns what an error says without numbers and ids, with its name. Errors of one group say the same. */
export const saidBy = ({ name, message }: Pick<ErrorRecord, 'name' | 'message'>): string =>
  `${name}: ${withoutNumbers(message)}`;

/**
 * Says whether a job belongs to a group of errors.
 *
 * @param said the group's name and message, as `name: message`
 */
export const isOfGroup = (job: Job, said: string): boolean =>
  errorsOf(job).some(([error]) => saidBy(error) === said);

/**
 * Groups the errors of jobs by what they say without numbers and ids: those of items where a job has them, and of the
 * job otherwise. Groups of the most jobs come first.
 */
export function groupErrors(jobs: Iterable<Job>): ErrorGroup[] {
  const groups = new Map<string, Seen>();
  for (const job of jobs) {
    for (const [error, items] of errorsOf(job)) {
      const key = saidBy(error);
      const at = job.finishedAt ?? job.runs.at(-1)?.finishedAt ?? job.statusChangedAt;
      const seen = groups.get(key) ?? {
        ...{ name: error.name, message: withoutNumbers(error.message), example: error.message },
        ...{ ended: new Set(), items: 0, firstAt: at, lastAt: at },
        jobs: new Map(),
      };
      groups.set(key, seen);
      if (at >= seen.lastAt) seen.example = error.message;
      seen.items += items;
      seen.firstAt = Math.min(seen.firstAt, at);
      seen.lastAt = Math.max(seen.lastAt, at);
      seen.jobs.set(job.id, at);
      if (isEnded(job)) seen.ended.add(job.id);
    }
  }
  return [...groups.values()]
    .sort((a, b) => b.jobs.size - a.jobs.size || b.lastAt - a.lastAt)
    .map(({ jobs: those, ended, firstAt, lastAt, ...group }) => ({
      ...group,
      jobs: those.size,
      ended: ended.size,
      firstAt: new Date(firstAt),
      lastAt: new Date(lastAt),
      latest: [...those]
        .sort(([, a], [, b]) => b - a)
        .slice(0, NAMED)
        .map(([id]) => id),
    }));
}

/** The errors of a job, and how many of its items failed with each. */
function errorsOf(job: Job): [error: ErrorRecord, items: number][] {
  const counts = new Map<ErrorRecord, number>();
  for (const error of itemErrorsOf(job).values()) counts.set(error, (counts.get(error) ?? 0) + 1);
  if (counts.size > 0) return [...counts];
  return job.error ? [[job.error, 0]] : [];
}
