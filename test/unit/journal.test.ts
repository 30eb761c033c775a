import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { batch } from 'cistern';
import { topology } from '#lib/topology';
import { openJournals } from '../../local/journal/lmdb-journal.ts';
import { LocalQueues } from '../../local/queues/local-queues.ts';
import { MemoryTable } from '../../local/table/memory-table.ts';
import { stillClock } from '../support/still-clock.ts';

const directories: string[] = [];
async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cistern-journal-'));
  directories.push(directory);
  return directory;
}
afterAll(() => Promise.all(directories.map(directory => rm(directory, { recursive: true }))));

const parts = topology('journal', [batch({ name: 'orders', maxSize: 1, maxWaitMs: 1, handler() {} })]);

describe('a data directory', () => {
  test.each([
    [
      'a file',
      async () => {
        const file = join(await freshDirectory(), 'file');
        await writeFile(file, '');
        return file;
      },
    ],
    [
      'in a file',
      async () => {
        const file = join(await freshDirectory(), 'file');
        await writeFile(file, '');
        return join(file, 'data');
      },
    ],
    ['where nothing can be made', async () => '/proc/none/data'],
    ['where nothing can be written', async () => '/proc/self'],
  ])('that is %s is refused, and says why', async (_, directory) => {
    const refused = {
      code: 'local.data_dir_unusable',
      message: expect.stringContaining('cannot be used: E'),
    };
    await expect(openJournals(await directory())).rejects.toMatchObject(refused);
  });

  test('has all records and index entries again when it is opened again', async () => {
    const directory = await freshDirectory();
    const journals = await openJournals(directory);
    const table = new MemoryTable({ journal: journals.records });
    const group = 'g'.repeat(1_500);
    const records = [
      {
        pk: 'a',
        sk: 'head',
        tick: 1,
        dueAt: 5,
        pending: { 3: { by: 'x' } },
        bytes: new Uint8Array([0, 255]),
      },
      { pk: `buffer|b|0|${group}`, sk: 'head', list: 'l', listAt: '1', expires: 7 },
    ];
    for (const record of records) await table.putNew(record);
    await table.putNew({ pk: 'gone', sk: 's' });
    table.delete({ pk: 'gone', sk: 's' });
    await table.update({ pk: 'a', sk: 'head' }, { update: 'SET #dueAt = :at', values: { at: 6 } });
    await journals.close();

    const again = await openJournals(directory);
    const reopened = new MemoryTable({ journal: again.records });
    expect([...reopened.records()]).toEqual([{ ...records[0], dueAt: 6 }, records[1]]);
    expect(await reopened.indexAll('due', '#tick = :tick', { tick: 1 })).toMatchObject([
      { pk: 'a', dueAt: 6 },
    ]);
    expect(await reopened.indexAll('jobs', '#list = :list', { list: 'l' })).toHaveLength(1);
    expect([...reopened.expired(8_000)]).toEqual([{ pk: records[1]?.pk, sk: 'head' }]);
    await again.close();
  });

  test('has the messages again: deleted ones not, received ones at once, delayed ones at their time', async () => {
    const directory = await freshDirectory();
    const clock = stillClock();
    const never = new AbortController().signal;
    const journals = await openJournals(directory);
    const queues = new LocalQueues(parts, clock, journals.messages);
    const jobs = queues.queue('journal-jobs-orders');
    for (const job of ['deleted', 'received', 'hidden']) await queues.sendJob('orders', { job });
    const [deleted, , hidden] = await jobs.receive(3, never);
    await jobs.delete([deleted?.ReceiptHandle ?? '']);
    await jobs.setVisibility(hidden?.ReceiptHandle ?? '', 5);
    await journals.close();

    const again = await openJournals(directory);
    const reopened = new LocalQueues(parts, clock, again.messages).queue('journal-jobs-orders');
    expect(await reopened.count()).toEqual({ waiting: 1, hidden: 1 });
    const [received] = await reopened.receive(3, never);
    expect(received).toMatchObject({
      Body: '{"job":"received"}',
      Attributes: { ApproximateReceiveCount: '2' },
    });
    clock.advance(5_000);
    expect(await reopened.receive(3, never)).toMatchObject([{ Body: '{"job":"hidden"}' }]);
    await again.close();
  });

  test('is one stack’s at a time, and free again after it', async () => {
    const directory = await freshDirectory();
    const journals = await openJournals(directory);
    await expect(openJournals(directory)).rejects.toMatchObject({ code: 'local.data_dir_in_use' });
    await journals.close();
    await (await openJournals(directory)).close();
  });

  test('is made where it is not there; a file in its place is an error', async () => {
    const directory = await freshDirectory();
    await (await openJournals(join(directory, 'new', 'deep'))).close();
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(openJournals(file)).rejects.toThrow('ENOTDIR');
  });
});
