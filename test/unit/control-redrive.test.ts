import { describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { MemoryWork } from '../support/memory-work.ts';

interface Item {
  readonly id: string;
  readonly group: string;
}

function stage(options: { readonly deadLetter?: { enabled: boolean }; readonly persist?: boolean } = {}) {
  const healed = new Set<string>();
  const seen: string[][] = [];
  const definition = batch<Item>({
    name: 'mended',
    maxSize: 3,
    maxWaitMs: 3_600_000,
    groupBy: ({ group }) => group,
    retries: { max: 1, baseDelay: 0 },
    ...options,
    handler: ({ batch: items, groupKey = '', fail }) => {
      seen.push(items.map(({ id }) => id));
      if (groupKey.startsWith('partly') && !healed.has(groupKey)) {
        for (const item of items) if (!item.id.endsWith('1')) fail(item, 'not this one');
        return;
      }
      if (!groupKey.startsWith('fine') && !healed.has(groupKey)) throw new Error(`no ${groupKey}`);
    },
  });
  const work = new MemoryWork([definition]);
  const operations = work.of<Item>(definition);
  /** Runs three items of a group for as long as they have attempts; returns their job. */
  const play = async (group: string): Promise<string> => {
    const given = ['1', '2', '3'].map(id => ({ id: `${group} ${id}`, group }));
    const [receipt] = await work.add(definition, given);
    await work.memory.deployment.memory.flush('size');
    for (let i = 0; i < 4; i++) await work.runJobs();
    return receipt?.job ?? '';
  };
  return { work, operations, play, healed, seen, add: (items: Item[]) => work.add(definition, items) };
}

describe('redrive', () => {
  test.each([
    ['a failed job', {}, 'failed'],
    ['a dead job', { deadLetter: { enabled: true } }, 'dead'],
    ['a job whose items were in its message alone', { persist: false }, 'failed'],
  ])('has %s run again, with all its attempts, and says so', async (_, options, status) => {
    const { operations, play, healed, work } = stage(options);
    const job = await play('a');
    expect(await operations.getJob(job)).toMatchObject({ status, attempt: 2 });
    const told = await operations.redrive(job);
    expect(told).toMatchObject({ id: job, status: 'waiting', attempt: 0, redrives: 1 });
    expect(told.finishedAt).toBeUndefined();
    healed.add('a');
    await work.runJobs();
    const after = await operations.getJob(job);
    expect(after).toMatchObject({
      status: 'completed',
      attempt: 1,
      redrives: 1,
      counts: { items: 3, left: 0 },
    });
    expect(after?.attempts.map(({ attempt, redrive }) => [attempt, redrive])).toEqual([
      [1, undefined],
      [2, undefined],
      [1, 1],
    ]);
    expect(await work.leftBehind()).toEqual([]);
  });

  test('brings the items that failed alone, and no others', async () => {
    const { operations, play, healed, work, seen } = stage();
    const job = await play('partly');
    expect(await operations.getJob(job)).toMatchObject({ status: 'failed', counts: { items: 3, left: 2 } });
    healed.add('partly');
    await operations.redrive(job);
    await work.runJobs();
    expect(seen.at(-1)).toEqual(['partly 2', 'partly 3']);
    expect(await operations.getJob(job)).toMatchObject({ status: 'completed', counts: { done: 3, left: 0 } });
  });

  test('of a paused batch waits, parked, until it is resumed', async () => {
    const { operations, play, healed, work } = stage();
    const job = await play('a');
    await operations.pause();
    work.memory.clock.advance(1_001);
    healed.add('a');
    await operations.redrive(job);
    await work.runJobs();
    expect(await operations.getJob(job)).toMatchObject({ status: 'parked', attempt: 0 });
    expect(await operations.resume()).toMatchObject({ unparked: 1 });
    await work.runJobs();
    expect(await operations.getJob(job)).toMatchObject({ status: 'completed' });
  });

  test('is refused where there is nothing to redrive', async () => {
    const { operations, play, add, healed, work } = stage();
    const fine = await play('fine');
    const refused = { name: 'JobError', code: 'job.not_redrivable' };
    await expect(operations.redrive(fine)).rejects.toMatchObject({
      ...refused,
      details: { job: fine, status: 'completed' },
    });
    const failed = await play('a');
    await operations.redrive(failed);
    await expect(operations.redrive(failed)).rejects.toMatchObject(refused);
    healed.add('a');
    await work.runJobs();
    const [open] = await add([{ id: '1', group: 'open' }]);
    for (const id of ['nobody', '', open?.job ?? '']) {
      await expect(operations.redrive(id)).rejects.toMatchObject({
        code: 'job.unknown',
        details: { job: id },
      });
    }
  });

  test('of all redrives the failed and the dead, and says how many', async () => {
    const { operations, play, healed, work } = stage();
    for (const group of ['a', 'b', 'c', 'fine']) await play(group);
    for (const group of ['a', 'b', 'c']) healed.add(group);
    expect(await operations.redriveAll()).toBe(3);
    expect(await operations.redriveAll()).toBe(0);
    await work.runJobs();
    expect((await operations.status()).jobs).toMatchObject({ completed: 4, failed: 0, waiting: 0 });
    expect((await operations.getJobs()).jobs.map(({ redrives }) => redrives).sort()).toEqual([0, 1, 1, 1]);
  });
});

describe('purge', () => {
  test.each(['fine', 'a'])(
    'takes the record and the items’ content of %s away, and keeps the slots',
    async group => {
      const { operations, play, work } = stage();
      const job = await play(group);
      expect(await operations.getJobItems(job)).toHaveLength(3);
      await operations.purge(job);
      expect(await operations.getJob(job)).toBeUndefined();
      expect((await operations.getJobs()).jobs).toEqual([]);
      expect((await operations.status()).lastErrors).toEqual([]);
      await expect(operations.getJobItems(job)).rejects.toMatchObject({ code: 'job.unknown' });
      await expect(operations.redrive(job)).rejects.toMatchObject({ code: 'job.unknown' });
      await expect(operations.purge(job)).rejects.toMatchObject({ code: 'job.unknown' });
      const records = await work.memory.store.windows.readSlots(job, 0, 10_000);
      expect(JSON.stringify(records)).not.toContain(group);
      // a writer that comes late finds its slots taken
      const late = { kind: 'chunk', slot: 0, slots: 1, holes: [], items: '["late"]' } as const;
      await work.memory.store.windows.putChunk(job, late);
      expect(JSON.stringify(await work.memory.store.windows.readSlots(job, 0, 10_000))).not.toContain('late');
      expect(await work.leftBehind()).toEqual([]);
    },
  );

  test('is refused for what has not ended, and for what is not there', async () => {
    const { operations, play, add } = stage();
    const job = await play('a');
    await operations.redrive(job);
    await expect(operations.purge(job)).rejects.toMatchObject({
      name: 'JobError',
      code: 'job.not_ended',
      details: { job, status: 'waiting' },
    });
    expect(await operations.getJobItems(job)).toHaveLength(3);
    const [open] = await add([{ id: '1', group: 'open' }]);
    for (const id of ['nobody', open?.job ?? '']) {
      await expect(operations.purge(id)).rejects.toMatchObject({ code: 'job.unknown' });
    }
  });
});
