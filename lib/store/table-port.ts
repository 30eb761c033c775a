import type { PlainRecord } from './expressions.ts';
import type { RecordKey } from './keys.ts';

/** How a conditional write ended: applied, with the record after it, or refused, with the record as it is. */
export type WriteResult =
  | { readonly applied: true; readonly record: PlainRecord }
  | { readonly applied: false; readonly record: PlainRecord | undefined };

/** An update of one record, in DynamoDB's expressions, with each attribute written `#itsName`. */
export interface Update {
  readonly update: string;
  readonly condition?: string;
  /**
   * The update makes the record where there is none, and begins with a SET clause. Otherwise the condition demands a
   * record.
   */
  readonly creates?: boolean;
  readonly values?: PlainRecord;
  /** Placeholders that do not stand for an attribute of their own name, such as map keys. */
  readonly aliases?: Readonly<Record<string, string>>;
  /**
   * The client sends the update within so many ms, or not at all: its caller has read just now that the batch is not
   * paused. Default: the client sends it, and sends it again, without a limit of its own.
   */
  readonly sendWithinMs?: number;
}

/** The reads of many records. */
export interface TableQueries {
  /** Reads those of the keys that are there, in no order. */
  getAll(keys: readonly RecordKey[]): Promise<PlainRecord[]>;
  /** Reads all records of a partition whose sort keys are in from … to, ascending, strongly consistent. */
  range(pk: string, from: string, to: string): Promise<PlainRecord[]>;
  /**
   * Reads one page of the records whose sort keys are in from … to, ascending, strongly consistent: up to `limit` of them,
   * and about 1 MB. Only `isLast` says that there are no more.
   */
  rangePage(
    pk: string,
    from: string,
    to: string,
    limit: number,
  ): Promise<{ readonly records: readonly PlainRecord[]; readonly isLast: boolean }>;
  /** Reads these attributes of all records of a partition, the sort key among them. */
  partition(pk: string, attributes: readonly string[]): Promise<PlainRecord[]>;
  /**
   * Reads one page of an index; an index is only ever eventually consistent.
   *
   * @param after the last entry of the page before; default: the first page
   */
  indexPage(
    index: string,
    condition: string,
    values: PlainRecord,
    limit: number,
    order?: 'ascending' | 'descending',
    after?: PlainRecord,
  ): Promise<PlainRecord[]>;
  /**
   * Reads the first entries of an index, of all its partitions, in no order.
   *
   * @returns up to `limit` of them, and whether they are all
   */
  indexStart(index: string, limit: number): Promise<{ entries: PlainRecord[]; isAll: boolean }>;
  /** Reads all records of a partition of an index. */
  indexAll(index: string, condition: string, values: PlainRecord): Promise<PlainRecord[]>;
  /** Counts the records of a partition of an index, no further than the page on which `enough` is reached. */
  indexCount(index: string, condition: string, values: PlainRecord, enough: number): Promise<number>;
}

/**
 * The table that a deployment stores everything in. Single-item writes and consistent reads are all that the
 * protocol needs. Records go in and come out as plain data.
 */
export interface Table extends TableQueries {
  /**
   * Reads a record.
   *
   * @param consistency `eventual`: as it was a moment ago, for half the price. Default: as it is
   */
  get(key: RecordKey, consistency?: 'eventual'): Promise<PlainRecord | undefined>;
  /** Puts a record where none is. */
  putNew(record: RecordKey & PlainRecord): Promise<WriteResult>;
  /** Updates a record; the result has it whole. */
  update(key: RecordKey, update: Update): Promise<WriteResult>;
}
