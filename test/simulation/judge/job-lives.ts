import { countBits } from '#lib/jobs/bits';
import { itemErrorsOf } from '#lib/jobs/item-errors';
import { isEnded } from '#lib/store/job';
import { isPurge } from './contents.ts';
import type { Evidence, JobChange, Run } from './evidence.ts';

/** What the judge found in the lives of all jobs, by the promise that was broken. */
export interface Lives {
  readonly sameItems: string[];
  readonly doneStaysDone: string[];
  readonly accounts: string[];
  readonly attempts: string[];
  readonly itemErrors: string[];
}

/** What is left of a job's items, as the judge works it out from what handlers did. */
interface Life {
  /** All that the handler gets, in order; unknown until it has got them once. */
  items: readonly string[] | undefined;
  settled: Set<string>;
  lost: Set<string>;
  /** What the handler said of each item that it failed, where that is what the item failed with last. */
  marks: Map<string, string>;
  /** The last attempt was over its time: it may have been written down by its process, or by another. */
  isUnsure: boolean;
  /** What each attempt has to get, as of its claim. */
  readonly expected: Map<
    number,
    { readonly settled: ReadonlySet<string>; readonly lost: ReadonlySet<string> }
  >;
  readonly seen: Set<number>;
  readonly runs: Run[];
}

const newLife = (): Life => ({
  items: undefined,
  settled: new Set(),
  lost: new Set(),
  marks: new Map(),
  isUnsure: false,
  expected: new Map(),
  seen: new Set(),
  runs: [],
});

/**
 * Follows every job from its first attempt to its last end, redrives included, beside the product: what each attempt
 * must have been given, what each end must have written down.
 *
 * @param purged jobs whose items somebody has, or may have, taken away: once that is done they never run again
 */
export function followLives(evidence: Evidence, purged: ReadonlySet<string>): Lives {
  const found: Lives = { sameItems: [], doneStaysDone: [], accounts: [], attempts: [], itemErrors: [] };
  const lives = new Map<string, Life>();
  const lifeOf = (id: string): Life => {
    const life = lives.get(id) ?? newLife();
    lives.set(id, life);
    return life;
  };
  const gone = new Set<string>();
  const happened: (Run | JobChange)[] = [...evidence.runs, ...evidence.jobChanges].sort(
    (a, b) => a.order - b.order,
  );
  for (const each of happened) {
    const id = 'job' in each ? each.job : each.id;
    if (gone.has(id)) {
      if ('job' in each) found.doneStaysDone.push(`job ${id} ran after it was purged`);
      continue;
    }
    if (!('job' in each) && purged.has(id) && isPurge(each)) gone.add(id);
    if ('job' in each) meetRun(lifeOf(each.job), each, found);
    else meetChange(lifeOf(each.id), each, found);
  }
  return found;
}

function meetRun(life: Life, run: Run, found: Lives): void {
  life.runs.push(run);
  if (run.attempt > run.maxAttempts)
    found.attempts.push(`job ${run.job} had attempt ${run.attempt} of ${run.maxAttempts}`);
  if (life.seen.has(run.attempt)) found.attempts.push(`attempt ${run.attempt} of job ${run.job} ran twice`);
  life.seen.add(run.attempt);
  life.items ??= run.items;
  const { settled, lost } = life.expected.get(run.attempt) ?? life;
  const expected = life.items.filter(id => !settled.has(id) && !lost.has(id));
  if (run.items.join() === expected.join()) return;
  const back = run.items.filter(id => settled.has(id));
  const text = `attempt ${run.attempt} of job ${run.job} got ${run.items.join(' ')}, and was to get ${expected.join(' ')}`;
  (back.length > 0 ? found.doneStaysDone : found.sameItems).push(text);
}

function meetChange(life: Life, change: JobChange, found: Lives): void {
  const { id, before, after } = change;
  if (after.status === 'active' && before?.attempts !== after.attempts) {
    life.expected.set(after.attempts, { settled: new Set(life.settled), lost: new Set(life.lost) });
    return;
  }
  if (before === undefined) return;
  if (isEnded(before)) {
    if (isEnded(after)) return;
    // redriven: what was given up is tried again, and attempts are counted anew
    if (after.status === 'waiting' && after.attempts > 0) {
      found.attempts.push(`job ${id} was redriven, and ${after.attempts} of its attempts were used already`);
    }
    meetErrors(life, change, found);
    life.lost = new Set();
    life.seen.clear();
    life.expected.clear();
    life.runs.length = 0;
    return;
  }
  // an end of an attempt
  if (after.status !== 'retrying' && !isEnded(after)) return;
  if (after.status === 'retrying' && before.status !== 'active') return;
  if (after.attempts < before.attempts) {
    life.seen.delete(before.attempts);
    return;
  }
  settle(life, change);
  if (life.items === undefined) return;
  const left = life.items.filter(item => !life.settled.has(item));
  if (after.status === 'completed') {
    if (left.length > 0) found.accounts.push(`job ${id} is completed, and ${left.join(' ')} are not done`);
    return;
  }
  meetErrors(life, change, found);
  const retried = left.filter(item => !life.lost.has(item));
  if (left.length === 0) found.accounts.push(`job ${id} is ${after.status}, and all of it is done`);
  const bits = (given: Uint8Array | undefined, unknown: number) => (given ? countBits(given) : unknown);
  if (after.status === 'retrying') {
    const told = [bits(after.left, life.items.length), bits(after.lost, 0)];
    if (told[0] !== retried.length || told[1] !== life.lost.size) {
      found.accounts.push(
        `job ${id} is to try ${told[0]} items again and has given up ${told[1]}; these were ${retried.length} and ${life.lost.size}`,
      );
    }
  } else {
    const told = bits(after.left, life.items.length);
    if (told !== left.length)
      found.accounts.push(`job ${id} is ${after.status} with ${told} items left; these were ${left.length}`);
  }
}

/** Holds the items' errors of a record against what each item failed with last. */
function meetErrors(life: Life, { id, after }: JobChange, found: Lives): void {
  if (life.items === undefined || life.isUnsure || after.items === 0) return;
  const left = life.items.filter(item => !life.settled.has(item));
  const errors = itemErrorsOf(after);
  const told = [...errors.values()].map(({ message }) => message).filter(message => MARKED.test(message));
  const expected = left.flatMap(item => life.marks.get(item) ?? []);
  if (told.sort().join() !== expected.sort().join()) {
    found.itemErrors.push(`job ${id} tells of its items ${told.join(', ')}; it was ${expected.join(', ')}`);
  } else if (errors.size < left.length) {
    found.itemErrors.push(`job ${id} tells why ${errors.size} of ${left.length} items failed`);
  }
}

/** What a handler says of an item that it fails. */
const MARKED = / failed in run /;

/** Works out what an attempt has settled, from what its handler did. */
function settle(life: Life, { before, after, by, at }: JobChange): void {
  const attempt = before?.attempts ?? 0;
  const outcome = after.runs.at(-1)?.outcome;
  // whatever comes of the attempt, it is what these items failed with last
  for (const item of life.items ?? []) if (!life.lost.has(item)) life.marks.delete(item);
  life.isUnsure = outcome === 'timed out';
  if (outcome === 'died' || outcome === 'timed out') return;
  const run = life.runs.findLast(
    each =>
      each.attempt === attempt && each.process === by && (each.endedAt ?? Number.POSITIVE_INFINITY) <= at,
  );
  if (run?.conduct?.outcome !== 'returned') return;
  const { failed } = run.conduct;
  for (const id of run.items) {
    const mark = failed.get(id);
    if (mark === undefined) {
      life.settled.add(id);
      continue;
    }
    life.marks.set(id, mark.message);
    if (!mark.retryable) life.lost.add(id);
  }
}
