import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JournalDirectory, openJournals } from '../../local/journal/lmdb-journal.ts';
import { MemoryTable } from '../../local/table/memory-table.ts';
import { isEqual } from '../../local/table/values.ts';
import { simulatedTable } from './simulated-table.ts';
import { tableContract } from './table-contract.ts';

const memory = new MemoryTable();
tableContract('memory', () => memory);

const simulated = simulatedTable();
tableContract('the simulation', () => simulated);

describe('with a data directory', () => {
  let directory: string;
  let journals: JournalDirectory;
  let table: MemoryTable;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cistern-contract-'));
    journals = await openJournals(directory);
    table = new MemoryTable({ journal: journals.records });
  });
  afterAll(() => rm(directory, { recursive: true }));

  tableContract('memory with a journal', () => table);

  test('all that the contract has written is there when the directory is opened again', async () => {
    const byKey = (of: MemoryTable) =>
      new Map([...of.records()].map(record => [`${record['pk']}\0${record['sk']}`, record]));
    const before = byKey(table);
    expect(before.size).toBeGreaterThan(100);
    await journals.close();
    const again = await openJournals(directory);
    const after = byKey(new MemoryTable({ journal: again.records }));
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    // toEqual takes seconds for them all
    const changed = [...before].filter(([key, record]) => !isEqual(after.get(key), record));
    expect(changed).toEqual([]);
    await again.close();
  });
});
