import { describe, expect, test } from '@jest/globals';
import { type BatchContext, type BatchOptions, batch, type EndedJob, NonRetriableError } from 'cistern';
import fc from 'fast-check';
import { JobBench } from '../support/job-bench.ts';
import { Account, type Life, lifeOf, markOf, type Step } from '../support/job-life.ts';

interface Item {
  readonly n: number;
}

/** One batch in memory whose job lives as told. */
class Stage {
  readonly bench: JobBench;
  readonly given: number[][] = [];
  readonly told: number[][] = [];
  step: Step | undefined;

  constructor({ items, dropped, attempts, persist, onDead }: Life) {
    this.bench = new JobBench(
      batch<Item>({
        name: 'living',
        maxSize: items + 1,
        maxWaitMs: 60_000,
        persist,
        timeout: 1_000,
        lockTtlMs: 5_000,
        retries: { max: attempts - 1, strategy: 'fixed', baseDelay: 0 },
        deadLetter: {
          enabled: true,
          ...(onDead && {
            onDead: (job: EndedJob<Item>) => void this.told.push(job.items.map(({ n }) => n)),
          }),
        },
        hooks: { beforeFlush: all => all.filter(({ n }) => !dropped[n]) },
        handler: (context: BatchContext<Item>) => this.#handle(context),
      } as BatchOptions<Item>),
    );
  }

  async #handle({ batch: items, fail, discard }: BatchContext<Item>): Promise<void> {
    this.given.push(items.map(({ n }) => n));
    const { how, marks } = this.step as Step;
    for (const item of items) {
      const mark = marks[item.n];
      if (mark !== 'fine') fail(item, new Error(markOf(item.n, mark)), { retryable: mark === 'fails' });
    }
    if (how === 'throws') throw new Error('no');
    if (how === 'refuses') throw new NonRetriableError('never');
    if (how === 'discards') discard('no use');
    if (how === 'is late') await this.bench.clock.sleep(2_000);
  }

  /** Has the next attempt go as told; the job has an attempt left. */
  async attempt(id: string, step: Step): Promise<void> {
    const { bench } = this;
    const { jobs } = bench.store;
    this.step = step;
    if (step.how === 'dies') {
      const [held] = bench.queues.jobs;
      const message = held?.message;
      const now = bench.clock.now();
      const claim = {
        by: `dead ${now}`,
        batch: 'living',
        now,
        lockedUntil: now + 4_000,
        maxAttempts: 99,
        tags: [],
      };
      await jobs.claim(id, claim, message && 'inline' in message ? message.inline : undefined);
    } else {
      const end = jobs.end.bind(jobs);
      if (step.how === 'dies before its end is stored') {
        jobs.end = () => Promise.reject(new Error('The process died.'));
      }
      // what a process that dies has to say, it says to nobody
      await bench.deliver().catch(() => {});
      jobs.end = end;
    }
    // whoever died is known to be dead
    bench.clock.advance(10_000);
  }

  /** Has what is due to an ended job be done: a last attempt that died is ended, and onDead is called. */
  async endAndTell(): Promise<void> {
    const { queues } = this.bench;
    while (queues.jobs.length > 0 && (await this.bench.deliver()).result === 'done');
    while (queues.dead.length > 0) await this.bench.deliverDead();
  }
}

async function live(life: Life): Promise<void> {
  const stage = new Stage(life);
  const { bench } = stage;
  const numbers = Array.from({ length: life.items }, (_, n) => n);
  const id = await bench.flushed(...numbers.map(n => ({ n })));
  const account = new Account(numbers, life.dropped);
  const steps = [...life.steps];

  for (let isFirst = true; steps.length > 0 && account.status !== 'completed'; isFirst = false) {
    if (!isFirst) {
      await bench.operations.redrive(id);
      account.redriven();
    }
    while (account.status === 'open') {
      const step = steps.shift() ?? { how: 'returns', marks: [] };
      const { given } = account;
      const before = stage.given.length;
      // a mark that there is not says that the item is fine
      await stage.attempt(id, { ...step, marks: numbers.map(n => step.marks[n] ?? 'fine') });
      account.go({ ...step, marks: numbers.map(n => step.marks[n] ?? 'fine') }, life.attempts);
      const isCalled = step.how !== 'dies' && given.length > 0;
      expect(stage.given.slice(before)).toEqual(isCalled ? [given] : []);
      if (account.status === 'open') await agree(stage, id, account, life);
    }
    const deaths = stage.told.length;
    await stage.endAndTell();
    await agree(stage, id, account, life);
    const expected = life.onDead && account.status === 'failed' ? [account.failed] : [];
    expect(stage.told.slice(deaths)).toEqual(expected);
  }
}

/** Law: the record says of each item what has become of it, and of each that has failed, why it failed last. */
async function agree({ bench }: Stage, id: string, account: Account, life: Life): Promise<void> {
  const job = await bench.job(id);
  const statuses = { open: ['active', 'retrying'], completed: ['completed'], failed: ['dead'] };
  expect(statuses[account.status]).toContain(job.status);
  const isKnown = job.counts.items !== undefined;
  if (isKnown) {
    const all = [...account.left, ...account.lost, ...account.done];
    expect(job.counts).toMatchObject({
      items: all.length,
      left: account.failed.length,
      done: account.done.length,
    });
  }
  // items that are in a message alone cannot be listed
  if (!life.persist && account.status !== 'failed') return;
  const items = await bench.operations.getJobItems(id);
  const numbersOf = (state: string) =>
    items.filter(item => item.state === state).map(({ item }) => (item as Item).n);
  const isOver = account.status === 'failed';
  expect({ pending: numbersOf('pending'), dead: numbersOf('dead'), done: numbersOf('done') }).toEqual({
    pending: isOver ? [] : account.left,
    dead: isOver ? account.failed : [...account.lost].sort((a, b) => a - b),
    done: [...account.done].sort((a, b) => a - b),
  });
  const told = items.flatMap(({ item, error }) => (error ? [[(item as Item).n, error.message]] : []));
  // beforeFlush may have left an item out after a process had died with it
  const expected = account.failed.flatMap(n => (account.errors.has(n) ? [[n, account.errors.get(n)]] : []));
  expect(told).toEqual(expected);
}

describe('over a job’s whole life', () => {
  test('each item is done, left or given up; done items never come back; an end forgets none; a redrive runs all that failed; an item is told the error that it failed with last', async () => {
    await fc.assert(fc.asyncProperty(lifeOf, live), { numRuns: 150 });
  });

  test('whose items beforeFlush has all left out, it fails if each last attempt dies', async () => {
    const steps = ['dies before its end is stored', 'dies', 'returns'] as const;
    const none = { items: 1, dropped: [true], attempts: 1, persist: true, onDead: false };
    await live({ ...none, steps: steps.map(how => ({ how, marks: [] })) });
  });

  const two = { items: 2, dropped: [], persist: true, onDead: true } as const;
  const givesUp: Step = { how: 'returns', marks: ['fails', 'fails for good'] };
  const succeeds: Step = { how: 'returns', marks: ['fine', 'fine'] };

  test.each(['returns', 'throws', 'is late', 'dies', 'dies before its end is stored'] as const)(
    'an item that was given up before is dead with those of the last attempt, which %s',
    async how => {
      await live({ ...two, attempts: 2, steps: [givesUp, { how, marks: ['fails', 'fine'] }, succeeds] });
      await live({
        ...two,
        attempts: 2,
        persist: false,
        steps: [givesUp, { how, marks: ['fails', 'fine'] }, succeeds],
      });
    },
  );
});
