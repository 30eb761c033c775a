import type { UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { batch } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runJob } from '#lib/jobs/run';
import { type Clients, createClients } from '#lib/store/clients';
import type { JobMessage } from '#lib/store/ports';
import { topology } from '#lib/topology';
import { createTable } from '../../local/engines/provision.ts';

interface Spent {
  writes: number;
  reads: number;
  /** Of the writes, those of the due index. */
  index: number;
}

/** Adds up the capacity of every request that a client makes. */
function meter({ dynamodb }: Clients): () => Spent {
  let spent: Spent = { writes: 0, reads: 0, index: 0 };
  dynamodb.middlewareStack.add(
    (next, context) => async args => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const answer = await next(args).catch(error => {
        // a refused condition is paid for as a write of the item that it met
        if (error?.name === 'ConditionalCheckFailedException') spent.writes += 1;
        throw error;
      });
      const { ConsumedCapacity } = answer.output as Partial<UpdateItemCommandOutput>;
      const units = [ConsumedCapacity ?? []].flat();
      const total = units.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      if (/Get|Query/.test(context.commandName ?? '')) spent.reads += total;
      else {
        spent.writes += total;
        spent.index += units.reduce(
          (sum, { GlobalSecondaryIndexes = {} }) =>
            sum +
            Object.values(GlobalSecondaryIndexes).reduce((a, { CapacityUnits = 0 }) => a + CapacityUnits, 0),
          0,
        );
      }
      return answer;
    },
    { step: 'initialize', name: 'meter' },
  );
  return () => {
    const so = spent;
    spent = { writes: 0, reads: 0, index: 0 };
    return so;
  };
}

/** A realistic item of about 200 bytes. */
const click = (i: number) => ({
  id: `c-${(i * 2_654_435_761) % 4_294_967_296}`,
  at: new Date(1_780_000_000_000 + i * 977).toISOString(),
  user: `user-${(i * 7_919) % 5_000}`,
  page: `/products/${(i * 31) % 400}/details`,
  referrer: i % 3 === 0 ? 'https://www.example.com/search' : null,
  agent: ['Firefox', 'Chrome', 'Safari'][i % 3],
  ms: (i * 37) % 900,
});

/** What the store costs, in units, counted on an engine that reports them. */
export async function measureWriteUnits(url: string): Promise<Record<string, Spent & { items: number }>> {
  const { table } = topology('units', []);
  const clients = createClients({ endpoints: { dynamodb: url, sqs: url } });
  await createTable(table, clients);
  const spent = meter(clients);
  const messages: JobMessage[] = [];
  const deployment = new Deployment(
    { deployment: 'units', queueUrlBase: `${url}/` },
    {
      clients,
      services: {
        queues: {
          sendJob: async (_, message) => void messages.push(message),
          sendTimer: async () => {},
          setVisibility: async () => {},
        },
      },
    },
  );
  const define = (name: string, maxSize: number, dedup = false): Definition =>
    batch<ReturnType<typeof click>>({
      name,
      maxSize,
      maxWaitMs: 60_000,
      ...(dedup && { deduplicateBy: item => item.id }),
      handler: () => {},
    }) as unknown as Definition;
  const [plain, keyed, bulk, whole] = [
    define('plain', 1_000),
    define('keyed', 1_000, true),
    define('bulk', 10_000),
    define('whole', 5),
  ];
  const figures: Record<string, Spent & { items: number }> = {};
  const measure = async (name: string, items: number, act: () => Promise<unknown>) => {
    spent();
    await act();
    figures[name] = { ...spent(), items };
  };
  const add = (definition: Definition, ...items: number[]) => deployment.add(definition, items.map(click));

  for (const definition of [plain, keyed, bulk]) await add(definition, 0);
  await measure('add', 1, () => add(plain, 1));
  await measure('add with dedup', 1, () => add(keyed, 1));
  await measure('duplicate', 1, () => add(keyed, 1));
  const many = Array.from({ length: 500 }, (_, i) => i + 10);
  await measure('bulk of 500 × 200 B, an item', 500, () => add(bulk, ...many));
  await measure('a window of 5, from its first add to its end', 5, async () => {
    for (let i = 0; i < 5; i++) await add(whole, i);
    for (const message of messages.splice(0)) {
      await runJob(deployment.services, whole, { message, receiptHandle: 'r' });
    }
  });
  await deployment.close();
  return figures;
}
