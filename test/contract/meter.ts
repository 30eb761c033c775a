import type { AttributeValue, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Clients } from '#lib/store/clients';

/** Capacity units of what was done. */
export interface Spent {
  readonly writes: number;
  readonly reads: number;
  /** Of the writes, those of the indexes. */
  readonly index: number;
  /** Write units by request and kind of record, in the order in which they were first made. */
  readonly calls: Readonly<Record<string, number>>;
}

interface Input {
  readonly Key?: Record<string, AttributeValue>;
  readonly Item?: Record<string, AttributeValue>;
}

/** Adds up the capacity of every request that a client makes. Each call tells what was spent since the last. */
export function meter({ dynamodb }: Clients): () => Spent {
  let requests: { name: string; writes: number; reads: number; index: number }[] = [];
  dynamodb.middlewareStack.add(
    (next, context) => async args => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const command = (context.commandName ?? '').replace('Command', '');
      const name = `${command} ${kindOf(args.input as Input)}`;
      const answer = await next(args).catch(error => {
        // a refused condition is paid for as a write of the item that it met
        if (error?.name === 'ConditionalCheckFailedException') {
          requests.push({ name: `${name}, refused`, writes: 1, reads: 0, index: 0 });
        }
        throw error;
      });
      const { ConsumedCapacity } = answer.output as Partial<UpdateItemCommandOutput>;
      const units = [ConsumedCapacity ?? []].flat();
      const total = sum(units.map(({ CapacityUnits = 0 }) => CapacityUnits));
      const isRead = /Get|Query/.test(command);
      const index = units.flatMap(({ GlobalSecondaryIndexes = {} }) =>
        Object.values(GlobalSecondaryIndexes).map(({ CapacityUnits = 0 }) => CapacityUnits),
      );
      requests.push(
        isRead
          ? { name, writes: 0, reads: total, index: 0 }
          : { name, writes: total, reads: 0, index: sum(index) },
      );
      return answer;
    },
    { step: 'initialize', name: 'meter' },
  );
  return () => {
    const made = requests;
    requests = [];
    const calls: Record<string, number> = {};
    for (const { name, writes } of made) if (writes > 0) calls[name] = (calls[name] ?? 0) + writes;
    return {
      writes: sum(made.map(({ writes }) => writes)),
      reads: sum(made.map(({ reads }) => reads)),
      index: sum(made.map(({ index }) => index)),
      calls,
    };
  };
}

/** Which kind of record a request is about: `head`, `job`, `slot`, `key`, `seen`, … */
const kindOf = ({ Key, Item }: Input): string =>
  ((Key ?? Item)?.['sk']?.S ?? 'records').split('|')[0] ?? 'records';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
