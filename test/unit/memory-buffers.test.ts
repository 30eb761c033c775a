import { describe, expect, jest, test } from '@jest/globals';
import { type BatchOptions, batch } from 'cistern';
import { readWindow } from '#lib/buffer/read';
import type { Definition } from '#lib/definition/options';
import { handleDeadLetter } from '#lib/jobs/dead-letter';
import { runJob } from '#lib/jobs/run';
import type { JobMessage } from '#lib/store/queue-ports';
import { memoryDeployment } from '../support/memory-deployment.ts';

const seen: unknown[][] = [];
const define = (change: Partial<BatchOptions<unknown>> = {}): Definition =>
  batch<unknown>({
    name: 'quick',
    maxSize: 3,
    maxWaitMs: 60_000,
    persist: false,
    handler: ({ batch: items, flushReason, groupKey }) => {
      seen.push([flushReason, groupKey, ...items]);
    },
    ...change,
  });

/** Runs the jobs that were sent, and returns what their handler saw; batches are sent in no order. */
async function run({ deployment, queues }: ReturnType<typeof memoryDeployment>, definition: Definition) {
  seen.length = 0;
  for (const { message } of queues.jobs.splice(0)) {
    await runJob(deployment.services, definition, { message, receiptHandle: 'r' });
  }
  return [...seen].sort((a, b) => JSON.stringify(a.slice(1)).localeCompare(JSON.stringify(b.slice(1))));
}

describe('persist: false', () => {
  test('a batch goes at maxSize, in one message, and the buffer’s storage is not touched', async () => {
    const world = memoryDeployment();
    const definition = define();
    const receipts = await world.deployment.add(definition, [1, 2, 3, 4]);
    expect(receipts.map(({ slot }) => slot)).toEqual([0, 1, 2, 0]);
    expect(receipts[0]?.job).not.toBe(receipts[3]?.job);
    await world.deployment.memory.flush('shutdown');
    expect(world.store.allHeads().size + world.store.allJobs().size).toBe(0);
    expect(world.queues.timers).toEqual([]);
    expect(await run(world, definition)).toEqual([
      ['size', undefined, 1, 2, 3],
      ['shutdown', undefined, 4],
    ]);
    expect(world.store.allJobs().get(receipts[0]?.job ?? '')).toMatchObject({
      status: 'completed',
      items: 3,
    });
    await world.deployment.close();
  });

  test('a batch goes at maxWaitMs', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      const world = memoryDeployment();
      const definition = define({ maxWaitMs: 500 });
      await world.deployment.add(definition, [1]);
      jest.advanceTimersByTime(499);
      expect(world.queues.jobs).toHaveLength(0);
      jest.advanceTimersByTime(1);
      await world.deployment.memory.flush('shutdown');
      expect(await run(world, definition)).toEqual([['time', undefined, 1]]);
      await world.deployment.close();
    } finally {
      jest.useRealTimers();
    }
  });

  test('a batch goes before the item that maxBytes has no room for', async () => {
    const world = memoryDeployment();
    const definition = define({ maxSize: 100, maxBytes: 10 });
    await world.deployment.add(definition, ['abc', 'def', 'g']);
    await world.deployment.close();
    expect(await run(world, definition)).toEqual([
      ['bytes', undefined, 'abc', 'def'],
      ['shutdown', undefined, 'g'],
    ]);
  });

  test('groups go apart from each other, and duplicates are dropped within a window', async () => {
    const world = memoryDeployment();
    const definition = define({
      groupBy: item => (item as string).slice(0, 1),
      deduplicateBy: item => item as string,
    });
    const receipts = await world.deployment.add(definition, ['a1', 'b1', 'a1', 'a2', 'a3', 'a1']);
    expect(receipts.map(({ slot, duplicate }) => [slot, duplicate])).toEqual([
      [0, false],
      [0, false],
      [0, true],
      [1, false],
      [2, false],
      [0, false],
    ]);
    await world.deployment.close();
    expect(await run(world, definition)).toEqual([
      ['size', 'a', 'a1', 'a2', 'a3'],
      ['shutdown', 'a', 'a1'],
      ['shutdown', 'b', 'b1'],
    ]);
  });

  test('a batch too large for a message goes through a window record', async () => {
    const world = memoryDeployment();
    const definition = define({ maxSize: 40 });
    const noise = (i: number) =>
      Array.from({ length: 3_000 }, (_, j) => Math.sin(i * 7_919 + j).toString(36)).join('');
    const items = Array.from({ length: 40 }, (_, i) => noise(i));
    const receipts = await world.deployment.add(definition, items);
    await world.deployment.close();
    expect(world.queues.jobs.map(({ message }) => message)).toEqual([{ job: receipts[0]?.job }]);
    expect(world.store.allJobs().size).toBe(1);
    expect(await run(world, definition)).toEqual([['size', undefined, ...items]]);
  });

  test('a queue that takes nothing is tried until it does, and close() waits for it', async () => {
    const world = memoryDeployment();
    const send = world.queues.sendJob.bind(world.queues);
    let refusals = 3;
    world.queues.sendJob = async (name, message, group) => {
      if (refusals-- > 0) throw new Error('SQS is not there');
      return send(name, message, group);
    };
    await world.deployment.add(define(), [1]);
    await world.deployment.close();
    expect(world.queues.jobs).toHaveLength(1);
  });

  test('nothing is taken after close()', async () => {
    const world = memoryDeployment();
    await world.deployment.close();
    await expect(world.deployment.add(define(), [1])).rejects.toMatchObject({ code: 'batch.closed' });
  });

  test.each<[string, string[], Partial<BatchOptions<unknown>>]>([
    ['failed', ['done'], {}],
    ['dead', ['again', 'again', 'done'], { retries: { max: 2 }, deadLetter: { enabled: true } }],
  ])('a job that has %s for good keeps the items that only its message had', async (status, runs, change) => {
    const world = memoryDeployment();
    const failing = define({
      ...change,
      handler: () => {
        throw new Error('broken');
      },
    });
    const [receipt] = await world.deployment.add(failing, [1, 2, 3]);
    await world.deployment.close();
    const message = world.queues.jobs[0]?.message as JobMessage;
    const delivery = { message, receiptHandle: 'r' };
    for (const result of runs) {
      expect(await runJob(world.deployment.services, failing, delivery)).toBe(result);
      world.clock.advance(10_000);
    }
    expect(world.store.allJobs().get(receipt?.job ?? '')).toMatchObject({
      status,
      error: { name: 'Error', message: 'broken' },
      runs: runs.map((_, i) => ({ attempt: i + 1, outcome: 'failed' })),
    });
    // a message that comes late, from the dead letter queue too, changes nothing
    expect(await handleDeadLetter(world.deployment.services, delivery)).toBe('done');
    expect(world.queues.jobs).toHaveLength(1);
    expect((await readWindow(world.deployment.services, receipt?.job ?? '', 3)).items).toEqual([1, 2, 3]);
  });

  test('a dead letter whose job has attempts left goes back to work', async () => {
    const world = memoryDeployment();
    await world.deployment.add(define(), [1, 2, 3]);
    await world.deployment.close();
    const [{ message } = { message: { job: '' } }] = world.queues.jobs.splice(0);
    expect(await handleDeadLetter(world.deployment.services, { message, receiptHandle: 'r' })).toBe('done');
    expect(world.queues.jobs.map(held => held.message)).toEqual([message]);
  });
});
