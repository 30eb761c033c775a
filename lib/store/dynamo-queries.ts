import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { fromAttributes, type PlainRecord, placeholders, toAttributes } from './expressions.ts';
import type { RecordKey } from './keys.ts';
import { StoreThrottledError } from './store-throttled-error.ts';
import type { TableQueries } from './table-port.ts';

/**
 * Keys that one BatchGetItem takes:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const BATCH_GET_KEYS = 100;
const PARALLEL_READS = 8;
const IN_RANGE = '#pk = :pk AND #sk BETWEEN :from AND :to';
/** Pauses before keys are asked for again after an answer in which DynamoDB has read none: about 6 s in all. */
const UNREAD_AGAIN_MS = [50, 100, 200, 400, 800, 1_600, 3_200];

/** The reads of many records of the table in DynamoDB. */
export class DynamoQueries implements TableQueries {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #sleep: (ms: number) => Promise<unknown>;

  /** @param sleep waits so many milliseconds */
  constructor(client: DynamoDBClient, name: string, sleep: (ms: number) => Promise<unknown> = setTimeout) {
    this.#client = client;
    this.#name = name;
    this.#sleep = sleep;
  }

  /** Those of the keys that are there, in no order. */
  async getAll(keys: readonly RecordKey[]): Promise<PlainRecord[]> {
    const pages: RecordKey[][] = [];
    for (let i = 0; i < keys.length; i += BATCH_GET_KEYS) pages.push(keys.slice(i, i + BATCH_GET_KEYS));
    const limit = pLimit(PARALLEL_READS);
    return (await Promise.all(pages.map(page => limit(() => this.#getPage(page))))).flat();
  }

  /**
   * @throws StoreThrottledError `store.throttled` when DynamoDB has read none of the keys that are left in eight requests
   */
  async #getPage(keys: readonly RecordKey[]): Promise<PlainRecord[]> {
    const found: PlainRecord[] = [];
    let left = keys.map(key => toAttributes({ ...key }));
    for (let inVain = 0; left.length > 0; ) {
      const answer = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.#name]: { Keys: left, ConsistentRead: true } } }),
      );
      // of the one table, under its name or its ARN
      for (const item of Object.values(answer.Responses ?? {}).flat()) found.push(fromAttributes(item));
      const unread = Object.values(answer.UnprocessedKeys ?? {}).flatMap(({ Keys = [] }) => Keys);
      // An answer has at most 16 MB. The rest can be asked for at once, but not after throttling.
      inVain = unread.length < left.length ? 0 : inVain + 1;
      left = unread;
      if (inVain > UNREAD_AGAIN_MS.length) throw new StoreThrottledError(left.length, keys.length);
      if (inVain > 0) await this.#sleep(UNREAD_AGAIN_MS[inVain - 1] ?? 0);
    }
    return found;
  }

  /** All records of a partition whose sort keys are in from … to, ascending, strongly consistent. */
  async range(pk: string, from: string, to: string): Promise<PlainRecord[]> {
    return this.#query(IN_RANGE, { pk, from, to });
  }

  /** One page of them: DynamoDB ends it after `limit` records, or 1 MB. */
  async rangePage(
    pk: string,
    from: string,
    to: string,
    limit: number,
  ): Promise<{ readonly records: readonly PlainRecord[]; readonly isLast: boolean }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        KeyConditionExpression: IN_RANGE,
        ...placeholders([IN_RANGE], { pk, from, to }),
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return { records: Items.map(fromAttributes), isLast: LastEvaluatedKey === undefined };
  }

  /** These attributes of all records of a partition, the sort key among them. */
  async partition(pk: string, attributes: readonly string[]): Promise<PlainRecord[]> {
    return this.#query('#pk = :pk', { pk }, attributes.map(name => `#${name}`).join(', '));
  }

  async #query(condition: string, values: PlainRecord, projection?: string): Promise<PlainRecord[]> {
    return this.#all({
      KeyConditionExpression: condition,
      ...placeholders([condition, projection], values),
      ...(projection !== undefined && { ProjectionExpression: projection }),
      ConsistentRead: true,
    });
  }

  async #all(query: Omit<QueryCommandInput, 'TableName'>): Promise<PlainRecord[]> {
    const found: PlainRecord[] = [];
    for await (const { Items = [] } of this.#pages(query)) found.push(...Items.map(fromAttributes));
    return found;
  }

  async *#pages(query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<QueryCommandOutput> {
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page: QueryCommandOutput = await this.#client.send(
        new QueryCommand({ TableName: this.#name, ...query, ExclusiveStartKey: start }),
      );
      yield page;
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  /** One page of an index; an index is only ever eventually consistent. */
  async indexPage(
    index: string,
    condition: string,
    values: PlainRecord,
    limit: number,
    order: 'ascending' | 'descending' = 'ascending',
    after?: PlainRecord,
  ): Promise<PlainRecord[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        IndexName: index,
        KeyConditionExpression: condition,
        ...placeholders([condition], values),
        ScanIndexForward: order === 'ascending',
        Limit: limit,
        // An entry of a keys-only index is its own start key.
        ...(after && { ExclusiveStartKey: toAttributes(after) }),
      }),
    );
    return Items.map(fromAttributes);
  }

  async indexStart(index: string, limit: number): Promise<{ entries: PlainRecord[]; isAll: boolean }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new ScanCommand({ TableName: this.#name, IndexName: index, Limit: limit }),
    );
    return { entries: Items.map(fromAttributes), isAll: LastEvaluatedKey === undefined };
  }

  /** All records of a partition of an index. */
  async indexAll(index: string, condition: string, values: PlainRecord): Promise<PlainRecord[]> {
    return this.#all({
      IndexName: index,
      KeyConditionExpression: condition,
      ...placeholders([condition], values),
    });
  }

  /** How many records an index has, counted no further than the page on which `enough` is reached. */
  async indexCount(index: string, condition: string, values: PlainRecord, enough: number): Promise<number> {
    let count = 0;
    const pages = this.#pages({
      IndexName: index,
      KeyConditionExpression: condition,
      ...placeholders([condition], values),
      Select: 'COUNT',
      Limit: enough,
    });
    for await (const { Count = 0 } of pages) {
      count += Count;
      if (count >= enough) break;
    }
    return count;
  }
}
