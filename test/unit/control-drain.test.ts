import { describe, expect, test } from '@jest/globals';
import { type BatchEvent, batch } from 'cistern';
import type { BatchOptions } from '#lib/definition/options';
import { Judge } from '../support/judge.ts';
import { judgedAdds } from '../support/judged-adds.ts';
import { MemoryWork } from '../support/memory-work.ts';

interface Item {
  readonly id: string;
  readonly group: string;
}

function stage(options: Partial<BatchOptions<Item>> = {}) {
  const judge = new Judge();
  const events: BatchEvent[] = [];
  const definition = batch<Item>({
    name: 'drained',
    maxSize: 5,
    maxWaitMs: 600_000,
    groupBy: ({ group }) => group,
    handler: judge.handler,
    events: true,
    ...options,
  });
  const work = new MemoryWork([definition], { emit: async event => void events.push(event) });
  const add = judgedAdds(work, definition, judge);
  return { judge, work, add, events, operations: work.of<Item>(definition), clock: work.memory.clock };
}

/** What the process that died had sent of its calls is all that there is of it. */
const died = async (): Promise<never> => {
  throw new Error('The process died.');
};

describe('drain', () => {
  test('runs all that is buffered, says so, and leaves the batch paused', async () => {
    const { judge, work, add, operations, events } = stage();
    await add('a', 7);
    await add('b', 2);
    await work.runJobs();
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ batch: 'drained', state: 'drained', flushed: 2, failed: 0, dead: 0 });
    expect(report.left).toBeUndefined();
    expect(report.finishedAt?.getTime()).toBeGreaterThan(report.startedAt.getTime());
    expect(judge.batches).toHaveLength(3);
    expect(judge.verdict(5)).toEqual([]);
    expect(await operations.status()).toMatchObject({ paused: true, draining: false, buffers: { items: 0 } });
    const drained = events.filter(({ type }) => type === 'Cistern Batch Drained');
    expect(drained).toMatchObject([{ batch: 'drained', state: 'drained', flushed: 2 }]);
    expect(await work.leftBehind()).toEqual([]);
  });

  test('of a batch that has nothing ends too; asked again it says how the last one ended', async () => {
    const { work, operations } = stage();
    await expect(operations.reportDrain()).rejects.toMatchObject({ code: 'batch.not_draining' });
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'drained', flushed: 0, completed: 0 });
    expect(await operations.reportDrain()).toEqual(report);
  });

  test('what comes in meanwhile stays buffered, though it fills windows, and comes out after resume', async () => {
    const { judge, work, add, operations, clock } = stage({ groupBy: undefined as never });
    await add('', 3);
    await operations.startDrain();
    clock.advance(1_001);
    await add('', 12);
    expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
    expect(judge.batches.map(({ length }) => length)).toEqual([3]);
    expect(await operations.getBufferSize()).toBe(12);
    expect(await operations.resume()).toMatchObject({ flushed: 2 });
    await work.settle();
    expect(judge.batches.map(({ length }) => length)).toEqual([3, 5, 5, 2]);
    expect(judge.verdict(5)).toEqual([]);
  });

  test('counts what failed and what died, and waits for a job that retries', async () => {
    const tries = new Map<string, number>();
    const { work, add, operations } = stage({
      retries: { max: 2, baseDelay: 20_000 },
      deadLetter: { enabled: true },
      handler: ({ groupKey = '', attempt }) => {
        tries.set(groupKey, attempt);
        if (groupKey === 'dies' || (groupKey === 'recovers' && attempt < 3)) throw new Error(groupKey);
      },
    });
    for (const group of ['fine', 'recovers', 'dies']) await add(group, 1);
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'drained', flushed: 3, completed: 2, failed: 0, dead: 1 });
    expect(Object.fromEntries(tries)).toEqual({ fine: 1, recovers: 3, dies: 3 });
  });

  test('that runs out of time says what is left, and leaves the batch paused', async () => {
    const { work, add, operations, clock } = stage({
      retries: { max: 5, baseDelay: 3_600_000 },
      handler: ({ groupKey }) => {
        if (groupKey === 'fails') throw new Error('later');
      },
    });
    await add('fails', 1);
    await add('fine', 1);
    await operations.startDrain({ timeoutMs: 30_000 });
    clock.advance(1_001);
    await add('more', 4);
    const report = await work.during(operations.drain());
    expect(report).toMatchObject({ state: 'timed_out', flushed: 2, completed: 1 });
    const { items, active, ...jobs } = report.left ?? {};
    expect({ items, active }).toEqual({ items: 4, active: 0 });
    expect(Object.values(jobs).reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(report.finishedAt?.getTime()).toBeGreaterThanOrEqual(report.startedAt.getTime() + 30_000);
    expect(await operations.status()).toMatchObject({ paused: true, draining: false });
  });

  test.each(['resume', 'pause'] as const)(
    '%s ends it, with what it had come to, and says so',
    async ending => {
      const { work, add, operations, judge, events } = stage();
      await add('a', 5);
      await operations.startDrain();
      await add('b', 2);
      await work.runJobs();
      await operations[ending]();
      const report = await operations.reportDrain();
      expect(report).toMatchObject({ state: 'timed_out', flushed: 0, completed: 1, left: { items: 2 } });
      expect(await operations.status()).toMatchObject({ paused: ending === 'pause', draining: false });
      const told = () => events.filter(({ type }) => type === 'Cistern Batch Drained');
      expect(told()).toMatchObject([
        { batch: 'drained', state: 'timed_out', flushed: 0, completed: 1, failed: 0, dead: 0 },
      ]);
      await operations[ending]();
      expect(told()).toHaveLength(1);
      if (ending === 'resume') await operations.pause();
      expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: 1 });
      expect(judge.verdict(5)).toEqual([]);
    },
  );

  test('of a paused batch runs its parked jobs', async () => {
    const { work, add, operations, judge, clock } = stage();
    await add('a', 5);
    await operations.pause();
    clock.advance(1_001);
    await work.runJobs();
    expect(await operations.status()).toMatchObject({ jobs: { parked: 1 } });
    await add('a', 2);
    expect(await work.during(operations.drain())).toMatchObject({
      state: 'drained',
      completed: 2,
      flushed: 1,
    });
    expect(judge.verdict(5)).toEqual([]);
    expect(await operations.status()).toMatchObject({ paused: true, jobs: { parked: 0, completed: 2 } });
  });

  test('begun twice at once, it is one, and counts all that was flushed', async () => {
    const { work, add, operations } = stage();
    await add('a', 1);
    await add('b', 1);
    const [one, other] = await Promise.all([operations.startDrain(), operations.startDrain()]);
    expect(one.startedAt).toEqual(other.startedAt);
    expect(await work.during(operations.drain())).toMatchObject({
      state: 'drained',
      flushed: 2,
      completed: 2,
    });
  });

  test('that begins while a pause is on its way is ended by it, or not begun', async () => {
    const { add, operations, work } = stage();
    await add('a', 1);
    const { controls } = work.memory.store;
    const change = controls.changeControl.bind(controls);
    let drained = false;
    controls.changeControl = async (...given) => {
      if (!drained) {
        drained = true;
        await operations.startDrain();
      }
      return change(...given);
    };
    expect(await operations.pause()).toMatchObject({ paused: true, draining: false });
    expect(await operations.reportDrain()).toMatchObject({ state: 'timed_out' });
  });

  test('begun again while it is under way, it stays the one it was', async () => {
    const { add, operations, clock } = stage();
    await add('a', 1);
    const first = await operations.startDrain({ timeoutMs: 60_000 });
    clock.advance(1_000);
    const again = await operations.startDrain({ timeoutMs: 1 });
    expect(again).toMatchObject({ state: 'draining', startedAt: first.startedAt, flushed: 1 });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 604_800_001, '1000'])(
    'with a timeoutMs of %p is refused, and nothing is begun',
    async timeoutMs => {
      const { operations } = stage();
      const options = { timeoutMs: timeoutMs as number };
      for (const begin of [operations.startDrain, operations.drain]) {
        await expect(begin(options)).rejects.toMatchObject({
          code: 'request.malformed',
          message: `timeoutMs has to be a whole number of milliseconds from 1 to 604800000; it was ${timeoutMs}.`,
        });
      }
      await expect(operations.reportDrain()).rejects.toMatchObject({ code: 'batch.not_draining' });
    },
  );

  test('that nobody attends is ended by the ticker', async () => {
    const { work, add, operations, clock } = stage();
    await add('a', 3);
    await operations.startDrain();
    await work.runJobs();
    for (let seconds = 0; seconds < 20; seconds += 5) {
      clock.advance(5_000);
      await work.tick();
    }
    const { drain, paused } = await work.memory.store.controls.readControl('drained');
    expect({ state: drain?.state, paused }).toEqual({ state: 'drained', paused: true });
    expect(drain).toMatchObject({ flushed: 1, completed: 1 });
    expect(await work.leftBehind()).toEqual([]);
  });

  test('whose process died before it flushed has not drained what it never flushed', async () => {
    const { work, add, operations, judge, clock } = stage();
    await add('a', 3);
    const { heads } = work.memory.store;
    const readHeads = heads.readHeads.bind(heads);
    heads.readHeads = died;
    await operations.startDrain().catch(() => {});
    heads.readHeads = readHeads;
    for (let seconds = 0; seconds < 40; seconds += 5) {
      clock.advance(5_000);
      await work.tick();
      await work.runJobs();
    }
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', flushed: 1, completed: 1 });
    expect(judge.batches).toEqual([['0', '1', '2']]);
  });

  test('that could not seal while windows waited to be published seals when they are', async () => {
    const { work, add, operations, judge, clock } = stage();
    const { queues } = work.memory;
    const sendJob = queues.sendJob.bind(queues);
    queues.sendJob = died;
    // writers leave a head with young markers to the sealers that have made them
    for (let windows = 0; windows < 25; windows++) {
      await add('a', 5);
      clock.advance(6_000);
    }
    queues.sendJob = sendJob;
    await add('a', 3);
    expect(await operations.startDrain()).toMatchObject({ state: 'draining', flushed: 0 });
    for (let seconds = 0; seconds < 40; seconds += 5) {
      clock.advance(5_000);
      await work.tick();
      while ((await work.runJobs()) > 0);
    }
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', completed: 26 });
    expect(judge.batches.flat()).toHaveLength(128);
    expect(judge.verdict(5)).toEqual([]);
  });

  test('has not begun while one buffer could not be sealed, whatever became of the others, and when', async () => {
    const { work, add, operations, clock } = stage();
    const { queues, store } = work.memory;
    const sendJob = queues.sendJob.bind(queues);
    queues.sendJob = died;
    for (let windows = 0; windows < 25; windows++) {
      for (const group of ['a', 'b']) await add(group, 5);
      clock.advance(6_000);
    }
    queues.sendJob = sendJob;
    for (const group of ['a', 'b']) await add(group, 3);
    // of b the news is that somebody has sealed it, and comes last
    const readHead = store.heads.readHead.bind(store.heads);
    store.heads.readHead = async buffer => {
      const head = await readHead(buffer);
      if (buffer.group !== 'b' || head === undefined) return head;
      await new Promise(resolve => setImmediate(resolve));
      return { ...head, open: undefined };
    };
    await operations.startDrain();
    expect((await store.controls.readControl('drained')).drain?.begun).toBeUndefined();
  });

  test('a window that becomes a job while it looks whether all is quiet is waited for', async () => {
    const { work, add, operations, clock } = stage();
    await add('a', 3);
    const { queues, store } = work.memory;
    const sendJob = queues.sendJob.bind(queues);
    const putJob = store.jobs.putJob.bind(store.jobs);
    // the drain's own process dies between the marker and the job
    store.jobs.putJob = died;
    await operations.startDrain().catch(() => {});
    store.jobs.putJob = putJob;
    clock.advance(5_000);
    // the ticker publishes it at the worst moment: after the jobs were counted
    const count = store.jobs.count.bind(store.jobs);
    store.jobs.count = async (...given) => {
      const counted = await count(...given);
      store.jobs.count = count;
      await work.tick();
      return counted;
    };
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining' });
    queues.sendJob = sendJob;
    await work.runJobs();
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', completed: 1 });
  });
});

describe('a drain whose index shows what is written after 8 s', () => {
  const LAG_MS = 8_000;

  /** A stage whose index lags, and a way to have everybody look at the drain for some seconds. */
  function lagging() {
    const staged = stage({ handler: () => {} });
    const { store, clock } = staged.work.memory;
    const written = new Map<string, number>();
    const isShown = (name: string) => clock.now() >= (written.get(name) ?? 0) + LAG_MS;
    const [{ putJob, count }, { buffersOf }, { reserve }] = [
      boundTo(store.jobs, 'putJob', 'count'),
      boundTo(store.index, 'buffersOf'),
      boundTo(store.heads, 'reserve'),
    ];
    Object.assign(store, { indexLagMs: LAG_MS });
    store.heads.reserve = (buffer, ...given) => {
      const group = buffer.group ?? '';
      if (!written.has(group)) written.set(group, clock.now());
      return reserve(buffer, ...given);
    };
    store.jobs.putJob = (job, ...given) => {
      written.set(job.id, clock.now());
      return putJob(job, ...given);
    };
    store.index.buffersOf = async batch =>
      (await buffersOf(batch)).filter(({ group = '' }) => isShown(group));
    store.jobs.count = async (batch, list, ...given) => {
      if (list !== 'open') return count(batch, list, ...given);
      return [...store.allJobs().values()].filter(job => job.finishedAt === undefined && isShown(job.id))
        .length;
    };
    const look = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000);
        await staged.operations.reportDrain();
      }
    };
    return { ...staged, store, look };
  }

  test('waits for the jobs of a flush that was made late, since the first process had died', async () => {
    const { add, operations, clock, store, look, work } = lagging();
    await add('a', 3);
    clock.advance(LAG_MS);
    const { readHeads } = boundTo(store.heads, 'readHeads');
    store.heads.readHeads = died;
    await operations.startDrain().catch(() => {});
    store.heads.readHeads = readHeads;
    clock.advance(40_000);
    await look(15);
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining', flushed: 1, completed: 0 });
    await work.runJobs();
    await look(1);
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', flushed: 1, completed: 1 });
  });

  test('waits for the job of a window that was published late, since its sealer had died', async () => {
    const { add, operations, clock, store, look, work } = lagging();
    await add('a', 3);
    clock.advance(LAG_MS);
    const { putJob } = store.jobs;
    store.jobs.putJob = died;
    await operations.flush().catch(() => {});
    await operations.startDrain();
    await look(20);
    store.jobs.putJob = putJob;
    await work.tick();
    await look(15);
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining', completed: 0 });
    await work.runJobs();
    await look(1);
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', completed: 1 });
  });

  test('flushes what was buffered before it in a group that the index did not show', async () => {
    const { add, operations, clock, look, work } = lagging();
    await add('a', 3);
    clock.advance(1);
    expect(await operations.startDrain()).toMatchObject({ flushed: 0 });
    clock.advance(1_001);
    await add('b', 2);
    await look(15);
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining', flushed: 1, completed: 0 });
    await work.runJobs();
    await look(15);
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', flushed: 1, completed: 1 });
    expect(await operations.getBufferSize()).toBe(2);
  });
});

/** Methods of an object, to be called by what replaces them. */
function boundTo<T extends object, K extends keyof T>(of: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map(name => [name, (of[name] as () => void).bind(of)])) as Pick<T, K>;
}
