import { TABLE_KEYS } from '../topology.ts';
import { AllPartitions } from './all-partitions.ts';
import type { PlainRecord } from './expressions.ts';
import { listAt, listPartitions, parseDueKey } from './index-keys.ts';
import type { JobList, ListEntry } from './job-ports.ts';
import { duePartitions } from './keys.ts';
import type { Table } from './table-port.ts';

type Order = 'ascending' | 'descending';

/**
 * Lists jobs by indexes that may lag a moment. Jobs that have ended are in the job index. Other jobs are in the due
 * index, where the ticker finds them, and are listed by the time of its next look. The list `open` of the job index
 * has the jobs that the ticker does not look at, since only their messages have their items.
 */
export class JobLists {
  readonly #table: Table;
  readonly #partitions: AllPartitions;

  constructor(table: Table) {
    this.#table = table;
    this.#partitions = new AllPartitions(table);
  }

  async list(batch: string, list: JobList, limit: number, before?: string): Promise<ListEntry[]> {
    const found = await this.#found(list, batch, limit, 'descending', before);
    return found
      .sort((a, b) => (a < b ? 1 : -1))
      .slice(0, limit)
      .map(at => ({ id: idOf(at), at }));
  }

  async openFrom(batch: string, limit: number, after?: string): Promise<ListEntry[]> {
    const found = await this.#found('open', batch, limit, 'ascending', after);
    return found
      .sort()
      .slice(0, limit)
      .map(at => ({ id: idOf(at), at }));
  }

  async count(batch: string, list: JobList, enough: number, since = 0): Promise<number> {
    const parts = await this.#partitions.now(batch);
    const counts = await Promise.all([
      ...listPartitions(list, batch, parts).map(partition =>
        this.#table.indexCount(
          TABLE_KEYS.jobIndex.name,
          '#list = :list AND #listAt >= :since',
          { list: partition, since: listAt(since, '') },
          enough,
        ),
      ),
      ...(list === 'open'
        ? duePartitions(batch, 'jobs', parts).map(tick =>
            this.#table.indexCount(TABLE_KEYS.dueIndex.name, '#tick = :tick', { tick }, enough),
          )
        : []),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Reads places of a list from each of its partitions, behind `edge` in this order. */
  async #found(
    list: JobList,
    batch: string,
    limit: number,
    order: Order,
    edge: string | undefined,
  ): Promise<string[]> {
    const parts = await this.#partitions.now(batch);
    const beyond = order === 'descending' ? '<' : '>';
    const condition = edge === undefined ? '#list = :list' : `#list = :list AND #listAt ${beyond} :edge`;
    const listed = listPartitions(list, batch, parts).map(partition =>
      this.#table.indexPage(TABLE_KEYS.jobIndex.name, condition, { list: partition, edge }, limit, order),
    );
    const places = (await Promise.all(listed)).flat().map(record => String(record['listAt']));
    if (list !== 'open') return places;
    const open = duePartitions(batch, 'jobs', parts).map(tick => this.#due(tick, limit, order, edge));
    return [...places, ...(await Promise.all(open)).flat()];
  }

  /** The places of the jobs in a partition of the due index: texts as in a list, though the index has numbers. */
  async #due(tick: number, limit: number, order: Order, edge: string | undefined): Promise<string[]> {
    const at = edge === undefined ? undefined : Number(edge.slice(0, edge.indexOf('|')));
    const beyond = order === 'descending' ? '<=' : '>=';
    const condition = at === undefined ? '#tick = :tick' : `#tick = :tick AND #dueAt ${beyond} :at`;
    const places: string[] = [];
    // Entries of one millisecond come in any order, so that the last millisecond is read to its end.
    let [after, moment]: [PlainRecord | undefined, unknown] = [undefined, undefined];
    for (;;) {
      const page = await this.#table.indexPage(
        TABLE_KEYS.dueIndex.name,
        condition,
        { tick, at },
        limit,
        order,
        after,
      );
      for (const record of page) {
        const place = placeOf(record);
        const isBehind = edge === undefined || (order === 'descending' ? place < edge : place > edge);
        if (isBehind && places.push(place) === limit) moment = record['dueAt'];
      }
      after = page.at(-1);
      if (page.length < limit || (moment !== undefined && after?.['dueAt'] !== moment)) break;
    }
    return places;
  }
}

const idOf = (place: string): string => place.slice(place.indexOf('|') + 1);

function placeOf(record: PlainRecord): string {
  const named = parseDueKey({ pk: String(record['pk']), sk: String(record['sk']) });
  return listAt(Number(record['dueAt']), named && 'job' in named ? named.job : '');
}
