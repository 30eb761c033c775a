import type { JobItemError } from '../definition/job-info.ts';
import type { AttemptRecord, ErrorRecord, ItemErrorsRecord, Job } from '../store/job.ts';
import { fromNumbersText, toNumbersText } from './numbers-text.ts';
import { framesOf, toErrorRecord } from './to-error.ts';

/** Bytes of JSON that a job's record keeps of its items' errors. */
const BYTES = 20_000;
/** The least that one more error takes. */
const LEAST_BYTES = 60;
/** Characters of item numbers that one error may take. */
const NUMBERS_LENGTH = 4_000;

/** Items that have failed in an attempt, and why. */
export interface Failure {
  readonly error: ErrorRecord;
  /** Their numbers in the job. */
  readonly items: readonly number[];
}

/** An error with the items that failed with it, before it is decided whether it is kept. */
interface Group {
  readonly error: ErrorRecord;
  readonly frames: () => string | undefined;
  readonly items: number[];
}

/**
 * Makes the record of items' errors at the end of an attempt. An item has the error of the latest attempt in which it
 * failed. Errors that say the same are kept once, and so are equal stacks. Errors of the most items are kept first.
 *
 * @param failed the numbers of all items that are not done
 * @param failures what the attempt says of those that it tried. The others keep the error that they had
 * @param runs the job's attempts, with this one
 */
export function withItemErrors(
  job: Job,
  failed: readonly number[],
  failures: readonly Failure[],
  runs: readonly AttemptRecord[],
): ItemErrorsRecord | undefined {
  const items = [...new Set(failed)];
  if (items.length === 0) return undefined;
  const groups = groupsOf(job, items, failures);
  const stacks: string[] = [];
  const errors: ItemErrorsRecord['errors'][number][] = [];
  let left = BYTES;
  let kept = 0;
  for (const { error, frames, items: those } of groups) {
    if (left < LEAST_BYTES) break;
    const { name, message } = toErrorRecord(error);
    const numbers = [...those].sort((a, b) => a - b);
    const entry = { name, message, items: toNumbersText(numbers, Math.min(left, NUMBERS_LENGTH)) };
    const bytes = bytesOf(entry);
    if (entry.items === '' || bytes > left) continue;
    left -= bytes;
    kept += fromNumbersText(entry.items).length;
    const stack = placeOf(stacks, frames(), left);
    if (stack !== undefined && stack === stacks.length - 1) left -= bytesOf(stacks[stack]);
    errors.push({ ...entry, ...(stack !== undefined && { stack }) });
  }
  return { ...runOf(runs), stacks, errors, leftOut: items.length - kept };
}

/** Finds a stack among those that are kept, or adds it where there is room. @returns undefined where it is not kept */
function placeOf(stacks: string[], frames: string | undefined, room: number): number | undefined {
  if (frames === undefined) return undefined;
  const known = stacks.indexOf(frames);
  if (known >= 0) return known;
  if (bytesOf(frames) > room) return undefined;
  return stacks.push(frames) - 1;
}

/** Joins items that failed with errors of the same name and message; those with the most items come first. */
function groupsOf(job: Job, failed: readonly number[], failures: readonly Failure[]): Group[] {
  const before = itemErrorsOf(job);
  const now = new Map(failures.flatMap(({ error, items }) => items.map(item => [item, error] as const)));
  const groups = new Map<string, Group>();
  for (const item of failed) {
    const told = now.get(item);
    const known = before.get(item);
    const error = told ?? known;
    if (error === undefined) continue;
    const { name, message } = toErrorRecord(error);
    const text = `${name}: ${message}`;
    const group = groups.get(text) ?? {
      error,
      frames: () => (told ? framesOf(told) : known?.stack),
      items: [],
    };
    groups.set(text, group);
    group.items.push(item);
  }
  return [...groups.values()].sort((a, b) => b.items.length - a.items.length);
}

/**
 * Reads the items' errors of a job's record, by the items' numbers. A process of an older version may have ended a later
 * attempt, and does not write them. Then they are out of date, and none is returned.
 */
export function itemErrorsOf({
  itemErrors,
  runs,
}: Pick<Job, 'itemErrors' | 'runs'>): Map<number, JobItemError> {
  const byItem = new Map<number, JobItemError>();
  if (itemErrors === undefined) return byItem;
  const { attempt, redrive } = runOf(runs);
  if (itemErrors.attempt !== attempt || itemErrors.redrive !== redrive) return byItem;
  for (const { name, message, stack: place, items } of itemErrors.errors) {
    const stack = place === undefined ? undefined : itemErrors.stacks[place];
    const error = { name, message, ...(stack !== undefined && { stack }) };
    for (const item of fromNumbersText(items)) byItem.set(item, error);
  }
  return byItem;
}

/** Names the latest attempt that has ended. */
const runOf = (runs: readonly AttemptRecord[]): Pick<ItemErrorsRecord, 'attempt' | 'redrive'> => {
  const { attempt = 0, redrive = 0 } = runs.at(-1) ?? {};
  return { attempt, redrive };
};

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
