import { describe, expect, test } from '@jest/globals';
import { boundTo } from '../support/bound-to.ts';
import { drainStage } from '../support/drain-stage.ts';
import { LAG_MS, laggingDrain } from '../support/lagging-drain.ts';

/** What the process that died had sent of its calls is all that there is of it. */
const died = async (): Promise<never> => {
  throw new Error('The process died.');
};

describe('a drain', () => {
  test('whose process died before it flushed has not drained what it never flushed', async () => {
    const { work, add, operations, judge, clock } = drainStage();
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

  test('that could not seal while the queue took no jobs seals when it does', async () => {
    const { work, add, operations, judge, clock } = drainStage();
    const { queues } = work.memory;
    const sendJob = queues.sendJob.bind(queues);
    queues.sendJob = died;
    // writers leave a head with young markers to the sealers that have made them
    for (let windows = 0; windows < 25; windows++) {
      await add('a', 5);
      clock.advance(6_000);
    }
    await add('a', 3);
    await expect(operations.startDrain()).rejects.toThrow();
    queues.sendJob = sendJob;
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
    const { work, add, operations } = drainStage();
    const { store } = work.memory;
    for (const group of ['a', 'b']) await add(group, 3);
    // of a each seal is refused
    const { sealOpen } = boundTo(store.seals, 'sealOpen');
    store.seals.sealOpen = async (buffer, ...given) =>
      buffer.group === 'a' ? { applied: false, head: undefined } : sealOpen(buffer, ...given);
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
    const { work, add, operations, clock } = drainStage();
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
  test('waits for the jobs of a flush that was made late, since the first process had died', async () => {
    const { add, operations, clock, store, look, work } = laggingDrain();
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
    const { add, operations, clock, store, look, work } = laggingDrain();
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

  test('that has begun again waits for its jobs though the process died that had made them', async () => {
    const { add, operations, clock, store, look, work } = laggingDrain();
    await add('b', 2);
    clock.advance(1);
    await operations.startDrain();
    await look(10);
    const { changeControl } = boundTo(store.controls, 'changeControl');
    store.controls.changeControl = (...given) =>
      given[1].drain?.flushed === 1 ? died() : changeControl(...given);
    await expect(look(1)).rejects.toThrow('The process died.');
    store.controls.changeControl = changeControl;
    await look(12);
    expect(await operations.reportDrain()).toMatchObject({ state: 'draining', completed: 0 });
    await work.runJobs();
    await look(3);
    expect(await operations.reportDrain()).toMatchObject({ state: 'drained', flushed: 0, completed: 1 });
  });

  test('flushes what was buffered before it in a group that the index did not show', async () => {
    const { add, operations, clock, look, work } = laggingDrain();
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
