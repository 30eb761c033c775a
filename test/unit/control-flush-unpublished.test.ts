import { describe, expect, test } from '@jest/globals';
import { boundTo } from '../support/bound-to.ts';
import { drainStage } from '../support/drain-stage.ts';
import type { MemoryWork } from '../support/memory-work.ts';

/** Has the queue take no job of these groups. @returns a function after which it takes them */
function refuseJobs({ memory: { queues } }: MemoryWork, isRefused: (group?: string) => boolean): () => void {
  const { sendJob } = boundTo(queues, 'sendJob');
  queues.sendJob = async (batch, message, group) => {
    if (isRefused(group)) throw new Error('SQS takes nothing');
    return sendJob(batch, message, group);
  };
  return () => void Object.assign(queues, { sendJob });
}

describe('a buffer with more windows than the queue has taken', () => {
  async function fullOfMarkers() {
    const stage = drainStage({ handler: () => {}, maxSize: 1 });
    const { add, clock, work } = stage;
    const takes = refuseJobs(work, () => true);
    for (let item = 0; item < 40; item++) {
      await add('a', 1).catch(() => {});
      clock.advance(6_000);
    }
    const buffered = await stage.operations.getBufferSize('a');
    expect(buffered).toBeGreaterThan(10);
    return { ...stage, takes, buffered };
  }

  test('is flushed whole by flush() once the queue takes jobs', async () => {
    const { operations, takes, buffered } = await fullOfMarkers();
    await expect(operations.flush()).rejects.toThrow('SQS takes nothing');
    takes();
    expect(await operations.flush()).toHaveLength(buffered);
    expect(await operations.getBufferSize('a')).toBe(0);
  });

  test('is drained, and what comes in meanwhile stays buffered', async () => {
    const { operations, takes, buffered, add, clock, work } = await fullOfMarkers();
    takes();
    expect(await operations.startDrain()).toMatchObject({ flushed: buffered });
    clock.advance(1_001);
    await add('b', 3);
    expect(await work.during(operations.drain())).toMatchObject({ state: 'drained', flushed: buffered });
    expect(await operations.getBufferSize()).toBe(3);
  });
});

test('a drain counts the jobs of the other buffers where the queue refuses that of one', async () => {
  const { operations, add, work } = drainStage({ handler: () => {} });
  for (const group of 'abcde') await add(group, 2);
  const takes = refuseJobs(work, group => group === 'c');
  await expect(operations.startDrain()).rejects.toThrow('SQS takes nothing');
  takes();
  expect(await operations.reportDrain()).toMatchObject({ state: 'draining', flushed: 4 });
});

test('a flush that fails leaves nothing under way, and begins no further buffer', async () => {
  const { operations, add, work } = drainStage({ handler: () => {} });
  for (let group = 0; group < 60; group++) await add(`group ${group}`, 1);
  let asked = 0;
  refuseJobs(work, () => {
    asked += 1;
    return true;
  });
  await expect(operations.flush()).rejects.toThrow('SQS takes nothing');
  const before = asked;
  await work.memory.clock.sleep(1_000);
  expect(asked).toBe(before);
  expect(before).toBeLessThanOrEqual(16);
});
