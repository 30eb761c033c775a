import type { PlainRecord } from './expressions.ts';
import type { RecordKey } from './keys.ts';
import { assertKnown, RECORD_VERSION, SCHEMA_VERSION } from './schema.ts';
import type { Table, Update, WriteResult } from './table-port.ts';

const UNVERSIONED = 'attribute_exists(#pk) AND attribute_not_exists(#v)';

/**
 * A table in which every record says its schema version.
 *
 * All records that are read or written have a schema version that this process knows. A new record gets the version that
 * it brings along, or else the version of all records whose form has not changed since. An update keeps a record's
 * version. A record of a later version throws NewerSchemaError, and stays unchanged.
 */
export class VersionedTable implements Table {
  readonly #table: Table;
  readonly #latest: number;
  readonly #made: number;

  /** @param version the schema version that it writes, and the latest that it reads. Default: this version's own */
  constructor(table: Table, version?: number) {
    this.#table = table;
    this.#latest = version ?? SCHEMA_VERSION;
    this.#made = version ?? RECORD_VERSION;
  }

  async get(...query: Parameters<Table['get']>): Promise<PlainRecord | undefined> {
    const record = await this.#table.get(...query);
    return record && this.#known(record);
  }

  async getAll(keys: readonly RecordKey[]): Promise<PlainRecord[]> {
    return (await this.#table.getAll(keys)).map(this.#known);
  }

  async putNew(record: RecordKey & PlainRecord): Promise<WriteResult> {
    return this.#knownResult(await this.#table.putNew({ v: this.#made, ...record }));
  }

  async update(key: RecordKey, given: Update): Promise<WriteResult> {
    const { creates = false, condition, values, aliases, sendWithinMs } = given;
    const known = `(attribute_not_exists(${creates ? '#pk' : '#v'}) OR #v <= :v)`;
    const result = await this.#table.update(key, {
      update: creates ? given.update.replace('SET ', 'SET #v = if_not_exists(#v, :made), ') : given.update,
      condition: condition === undefined ? known : `(${condition}) AND ${known}`,
      values: { ...values, v: this.#latest, made: this.#made },
      ...(aliases && { aliases }),
      ...(sendWithinMs !== undefined && { sendWithinMs }),
    });
    const { applied, record } = this.#knownResult(result);
    if (!creates || applied || record === undefined || 'v' in record) return result;
    // The record was stored before there were versions. It gets version 1 first, or it would look like one that this
    // update has made.
    await this.update(key, { update: 'SET #v = :one', condition: UNVERSIONED, values: { one: 1 } });
    return this.update(key, given);
  }

  async range(pk: string, from: string, to: string): Promise<PlainRecord[]> {
    return (await this.#table.range(pk, from, to)).map(this.#known);
  }

  readonly rangePage: Table['rangePage'] = async (...query) => {
    const { records, isLast } = await this.#table.rangePage(...query);
    return { records: records.map(this.#known), isLast };
  };

  async partition(pk: string, attributes: readonly string[]): Promise<PlainRecord[]> {
    return (await this.#table.partition(pk, [...attributes, 'v'])).map(this.#known);
  }

  // an index holds keys alone, and these have no version
  readonly indexPage: Table['indexPage'] = (...query) => this.#table.indexPage(...query);
  readonly indexStart: Table['indexStart'] = (...query) => this.#table.indexStart(...query);
  readonly indexAll: Table['indexAll'] = (...query) => this.#table.indexAll(...query);
  readonly indexCount: Table['indexCount'] = (...query) => this.#table.indexCount(...query);

  readonly #known = (record: PlainRecord): PlainRecord => {
    assertKnown(record, this.#latest);
    return record;
  };

  #knownResult(result: WriteResult): WriteResult {
    if (!result.applied && result.record) this.#known(result.record);
    return result;
  }
}
