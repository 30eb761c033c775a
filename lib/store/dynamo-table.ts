import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { fromAttributes, type PlainRecord, placeholders, toAttributes } from './expressions.ts';
import type { RecordKey } from './keys.ts';
import { late } from './late.ts';
import type { Table, TableQueries, Update, WriteResult } from './table-port.ts';

/** A call with options, even empty ones, uses the command's own middleware, not the resolved one that the client keeps. */
const OWN_MIDDLEWARE = {};

/** Has the client send a command, and send it again, within so many milliseconds only. */
function sentWithin(command: UpdateItemCommand, ms: number): UpdateItemCommand {
  const began = performance.now();
  command.middlewareStack.add(
    next => async args => {
      if (performance.now() - began > ms) throw new Error(`The request was not sent within ${ms} ms.`);
      return next(args);
    },
    // inside of the SDK's retries
    { step: 'finalizeRequest', priority: 'low', name: 'sentWithin' },
  );
  return command;
}

/** The table in DynamoDB. What adding an item does not need is loaded when it is first used. */
export class DynamoTable implements Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #queries: TableQueries;

  /** @param sleep waits so many milliseconds. Default: it does */
  constructor(client: DynamoDBClient, name: string, sleep?: (ms: number) => Promise<unknown>) {
    this.#client = client;
    this.#name = name;
    this.#queries = late(
      async () => new (await import('./dynamo-queries.ts')).DynamoQueries(client, name, sleep),
    );
  }

  async get(key: RecordKey, consistency?: 'eventual'): Promise<PlainRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#name,
        Key: toAttributes({ ...key }),
        ConsistentRead: !consistency,
      }),
    );
    return Item && fromAttributes(Item);
  }

  /** Puts a record where none is. */
  async putNew(record: RecordKey & PlainRecord): Promise<WriteResult> {
    const condition = 'attribute_not_exists(#pk)';
    return this.#conditional(async () => {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#name,
          Item: toAttributes(record),
          ConditionExpression: condition,
          ...placeholders([condition], {}),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return record;
    });
  }

  /** Updates a record, by default also one that is not there; the result has it whole. */
  async update(
    key: RecordKey,
    { update, condition, values = {}, aliases, sendWithinMs }: Update,
  ): Promise<WriteResult> {
    return this.#conditional(async () => {
      const command = new UpdateItemCommand({
        TableName: this.#name,
        Key: toAttributes({ ...key }),
        UpdateExpression: update,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...placeholders([update, condition], values, aliases),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes = {} } = await (sendWithinMs === undefined
        ? this.#client.send(command)
        : this.#client.send(sentWithin(command, sendWithinMs), OWN_MIDDLEWARE));
      return fromAttributes(Attributes);
    });
  }

  readonly getAll: Table['getAll'] = keys => this.#queries.getAll(keys);
  readonly range: Table['range'] = (...query) => this.#queries.range(...query);
  readonly rangePage: Table['rangePage'] = (...query) => this.#queries.rangePage(...query);
  readonly partition: Table['partition'] = (...query) => this.#queries.partition(...query);
  readonly indexPage: Table['indexPage'] = (...query) => this.#queries.indexPage(...query);
  readonly indexStart: Table['indexStart'] = (...query) => this.#queries.indexStart(...query);
  readonly indexAll: Table['indexAll'] = (...query) => this.#queries.indexAll(...query);
  readonly indexCount: Table['indexCount'] = (...query) => this.#queries.indexCount(...query);

  async #conditional(write: () => Promise<PlainRecord>): Promise<WriteResult> {
    try {
      return { applied: true, record: await write() };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { applied: false, record: error.Item && fromAttributes(error.Item) };
    }
  }
}
