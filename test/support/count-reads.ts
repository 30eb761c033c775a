import type { PlainRecord } from '#lib/store/expressions';
import { TABLE_KEYS } from '#lib/topology';
import type { MemoryTable } from '../../local/table/memory-table.ts';

/** Counts the entries of the due index, and the heads, that a table's reads return. */
export function countReads(table: MemoryTable) {
  const reads = { entries: 0, heads: 0, records: 0 };
  const { getAll, indexPage, indexAll } = table;
  table.getAll = async keys => {
    const found = await getAll.call(table, keys);
    reads.heads += found.filter(({ sk }) => sk === 'head').length;
    reads.records += found.length;
    return found;
  };
  const counted =
    <A extends [string, ...unknown[]]>(read: (...given: A) => Promise<PlainRecord[]>) =>
    async (...given: A) => {
      const found = await read.apply(table, given);
      if (given[0] === TABLE_KEYS.dueIndex.name) reads.entries += found.length;
      return found;
    };
  table.indexPage = counted(indexPage);
  table.indexAll = counted(indexAll);
  return reads;
}
