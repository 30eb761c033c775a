import { TABLE_KEYS } from '../topology.ts';
import type { PlainRecord } from './expressions.ts';
import type { JobList, ListEntry } from './job-ports.ts';
import { listKey, listPartitions } from './keys.ts';
import type { Table } from './table-port.ts';

/** The lists that jobs are in, by an index that may lag a moment. */
export class JobLists {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]> {
    const condition = before === undefined ? '#list = :list' : '#list = :list AND #listAt < :before';
    const found = await this.#listed(list, batch, condition, { before }, limit, 'descending');
    return found
      .sort((a, b) => (a < b ? 1 : -1))
      .slice(0, limit)
      .map(at => ({ id: idOf(at), at }));
  }

  async oldestOpen(batch: string): Promise<string | undefined> {
    const found = await this.#listed('open', batch, '#list = :list', {}, 1, 'ascending');
    const [first] = found.sort();
    return first && idOf(first);
  }

  async count(batch: string, list: JobList, enough: number, since = 0): Promise<number> {
    const { listAt } = listKey(list, batch, '', since);
    const counts = await Promise.all(
      listPartitions(list, batch).map(partition =>
        this.#table.indexCount(
          TABLE_KEYS.jobIndex.name,
          '#list = :list AND #listAt >= :since',
          { list: partition, since: listAt },
          enough,
        ),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** The places in a list of what a query finds in each of its partitions. */
  async #listed(
    list: JobList,
    batch: string,
    condition: string,
    values: PlainRecord,
    limit: number,
    order: 'ascending' | 'descending',
  ): Promise<string[]> {
    const { name } = TABLE_KEYS.jobIndex;
    const pages = await Promise.all(
      listPartitions(list, batch).map(partition =>
        this.#table.indexPage(name, condition, { list: partition, ...values }, limit, order),
      ),
    );
    return pages.flat().map(record => String(record['listAt']));
  }
}

const idOf = (listAt: string): string => listAt.slice(listAt.indexOf('|') + 1);
