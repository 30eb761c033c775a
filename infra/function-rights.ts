import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { BufferTable } from './constructs/buffer-table.ts';

/** What functions reach, as ARNs. */
export interface Reach {
  readonly buffers: BufferTable;
  readonly timerQueue: string;
  /** Of all definitions. */
  readonly jobQueues: readonly string[];
  readonly deadQueues: readonly string[];
}

/**
 * What each function may do: the requests that its code makes, and no others. Nothing deletes: records go by TTL.
 * A request that is new in `lib/store/` has to be let in here.
 */

/** Reserves, lands, reads heads and dedup markers; seals and publishes what it fills. */
export const ingestRights = ({ buffers, jobQueues, timerQueue }: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues, timerQueue),
];

/** Reads a head, seals and publishes its window, and arms the timer of one that it leaves open. */
export const timerRights = ({ buffers, jobQueues, timerQueue }: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues, timerQueue),
  receive(timerQueue),
];

/** Queries the due index, holds the lease, and does what sealers, timers and senders have left undone. */
export const tickerRights = ({ buffers, jobQueues, timerQueue }: Reach): PolicyStatement[] => [
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [buffers.dueIndexArn] }),
  table(buffers, 'GetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues, timerQueue),
];

/**
 * Claims, reads and fences, renews and completes the jobs of its own queue. A handler may add to its own batch,
 * which takes what the ingest function may do, to this one queue; what else a handler needs is for its owner to
 * grant.
 */
export const consumerRights = ({ buffers, timerQueue }: Reach, ownQueue: string): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'),
  send(ownQueue, timerQueue),
  receive(ownQueue),
  new PolicyStatement({ actions: ['sqs:ChangeMessageVisibility'], resources: [ownQueue] }),
];

/** Reads a job, stores the items of one that only its message has, and buries it or sends it back to work. */
export const deadLetterRights = ({ buffers, jobQueues, deadQueues }: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues),
  receive(...deadQueues),
];

type TableAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'Query';

const table = ({ table }: BufferTable, ...actions: readonly TableAction[]): PolicyStatement =>
  new PolicyStatement({
    actions: actions.map(action => `dynamodb:${action}`),
    resources: [table.tableArn],
  });

const send = (...queues: string[]): PolicyStatement =>
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues });

/** What Lambda asks of the role of a function that reads a queue. */
const receive = (...queues: string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: queues,
  });
