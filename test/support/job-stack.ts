import { randomBytes } from 'node:crypto';
import { GetQueueAttributesCommand, PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { type BatchOptions, batch, type EndedJob, type Receipt, type Settings } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import { runTicker } from '#lib/recovery/ticker';
import { createClients } from '#lib/store/create-clients';
import type { Services } from '#lib/store/services';
import { type Topology, topology } from '#lib/topology';
import { deadLetter } from '../../functions/dead-letter.ts';
import { provision } from '../../local/engine/provision.ts';
import { queueSource } from '../../local/event-sources/queue-source.ts';
import { sqsReceiver } from '../../local/event-sources/sqs-receiver.ts';
import { startFunctions } from '../../local/functions.ts';
import type { ChosenHandler, ProcessItem } from './consumer-process.ts';
import { Consumers, type ConsumersProps } from './consumers.ts';
import type { Engines } from './engines/start-engines.ts';

/** What onDead was called with. */
export interface Death {
  readonly job: EndedJob<ProcessItem>;
  readonly error: Error;
}

/**
 * A deployment on engines that several may share, whose timers, ticker and dead letter function are in the test's process, and whose consumers
 * of the one batch are processes of their own.
 */
export interface JobStack {
  readonly settings: Settings;
  readonly services: Services;
  readonly jobs: BatchOperations<ProcessItem>;
  readonly deaths: readonly Death[];
  add(items: readonly ProcessItem[]): Promise<Receipt[]>;
  /** Adds a batch of these items, and flushes it. Returns its job. */
  addJob(...ids: readonly string[]): Promise<string>;
  /** Consumers whose handlers do as chosen. They end with the stack. */
  consumers(handler: ChosenHandler, props?: Omit<ConsumersProps, 'task'>): Consumers;
  /** Has every message of the batch vanish, received ones included. */
  loseMessages(): Promise<void>;
  /** How many messages of the batch there are, received ones included. */
  messages(): Promise<number>;
  /** Has the ticker look once, as if it were so much later. Returns how many jobs it sent again. */
  tick(aheadMs: number): Promise<number>;
  stop(): Promise<void>;
}

export async function startJobStack(
  { dynamodb, sqs }: Engines,
  chosen: Partial<Omit<BatchOptions<ProcessItem>, 'handler'>> = {},
): Promise<JobStack> {
  const deaths: Death[] = [];
  const options = { name: 'apart', maxSize: 100, maxWaitMs: 60_000, lockTtlMs: 5_000, ...chosen };
  const enabled = options.deadLetter?.enabled ?? false;
  const definition = batch<ProcessItem>({
    ...options,
    ...(enabled && {
      deadLetter: {
        enabled,
        onDead: (job: EndedJob<ProcessItem>, error: Error) => deaths.push({ job, error }),
      },
    }),
    handler: () => Promise.reject(new Error('handlers run in processes of their own')),
  }) as Definition;
  const endpoints = { dynamodb, sqs };
  const clients = createClients({ endpoints });
  const parts = topology(`p${randomBytes(6).toString('hex')}`, [definition]);
  const queueUrlBase = await provision(parts, clients);
  const settings = { deployment: parts.deployment, queueUrlBase, endpoints };
  const deployment = new Deployment(settings, { clients, services: { warn: () => {} } }).know([definition]);
  const { services } = deployment;
  const polling = createClients({ endpoints }).sqs;
  // with no definitions these are the timers and the ticker alone
  const functions = startFunctions({
    deployment,
    definitions: [],
    topology: parts,
    receiverOf: ({ name }) => sqsReceiver(polling, queueUrlBase + name),
  });
  const { jobs: jobQueue } = queuesOf(parts);
  const { dead } = parts;
  const deadSource = queueSource({
    receiver: sqsReceiver(polling, queueUrlBase + dead.name),
    queue: dead,
    handler: deadLetter(deployment),
    functionTimeoutMs: parts.functions.deadLetter.timeoutSeconds * 1_000,
    onError: services.warn,
  });
  const fleets: Consumers[] = [];
  const jobs = operationsOf<ProcessItem>(deployment, definition);
  const add = (items: readonly ProcessItem[]) => deployment.add(definition, items);
  return {
    settings,
    services,
    jobs,
    deaths,
    add,
    async addJob(...ids) {
      const [receipt] = await add(ids.map(id => ({ id })));
      await jobs.flush();
      return receipt?.job ?? '';
    },
    consumers(handler, props) {
      const fleet = new Consumers({ ...props, task: { settings, options, handler } });
      fleets.push(fleet);
      return fleet;
    },
    async loseMessages() {
      await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrlBase + jobQueue.name }));
    },
    async messages() {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrlBase + jobQueue.name,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
    },
    async tick(aheadMs) {
      const clock = { ...services.clock, now: () => Date.now() + aheadMs };
      const { resent } = await runTicker({ ...services, clock }, clock.now() + 1);
      return resent;
    },
    async stop() {
      await Promise.all(fleets.map(fleet => fleet.stop()));
      await functions.stop();
      await deadSource.stop();
      polling.destroy();
      await deployment.close();
    },
  };
}

function queuesOf({ consumers: [queues] }: Topology): Topology['consumers'][number] {
  if (queues === undefined) throw new Error('A topology has queues for each definition.');
  return queues;
}
