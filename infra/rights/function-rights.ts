import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Operation } from '#lib/operations/definition/operation';
import { type TableRight, togetherOf } from '#lib/operations/definition/rights';
import { OPERATIONS } from '#lib/operations/table';
import type { AdminAction } from '#lib/topology';
import type { BufferTable } from '../constructs/buffer-table.ts';

/** The table with its indexes, as ARNs. */
export type TableReach = Pick<BufferTable, 'dueIndexArn' | 'jobIndexArn'> & {
  readonly table: Pick<BufferTable['table'], 'tableArn'>;
};

/** The resources that functions reach, as ARNs. */
export interface Reach {
  readonly buffers: TableReach;
  readonly timerQueue: string;
  /** The job queues of all definitions. */
  readonly jobQueues: readonly string[];
  readonly deadQueue: string;
  /** The bus of events. Undefined if no definition has events. */
  readonly eventBus: string | undefined;
  /** Whether a definition has `maxPendingBatches`, so that adds count its jobs. */
  readonly countsPending: boolean;
}

/** The resources of its own definitions that a consumer reaches. */
export interface OwnReach {
  readonly jobs: string;
  readonly eventBus: string | undefined;
  readonly countsPending: boolean;
}

/**
 * The rights of each function: the requests that its code makes, and no others. No function deletes records; TTL does.
 * After a new kind of request in `lib/store/`, add its right here. The table's actions are for records and windows, those
 * of the indexes for finding due buffers, and for listing and counting jobs.
 */

/** The ingest function reserves, lands, reads heads and dedup markers, seals and publishes windows, and counts jobs. */
export const ingestRights = ({
  buffers,
  jobQueues,
  timerQueue,
  eventBus,
  countsPending,
}: Omit<Reach, 'deadQueue'>): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  ...(countsPending ? [query(buffers.dueIndexArn, buffers.jobIndexArn)] : []),
  send(...jobQueues, timerQueue),
  ...putEvents(eventBus),
];

/** The timer function reads controls and throttles, seals and publishes windows, and arms the timers of open ones. */
export const timerRights = ({ buffers, jobQueues, timerQueue, eventBus }: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues, timerQueue),
  receive(timerQueue),
  ...putEvents(eventBus),
];

/**
 * The ticker reads the due index, holds the lease, and does what sealers, timers and senders have left undone. It prolongs
 * windows, sends jobs whose `onDead` is owed, and ends drains, for which it finds buffers and counts jobs.
 */
export const tickerRights = ({
  buffers,
  jobQueues,
  deadQueue,
  timerQueue,
  eventBus,
}: Reach): PolicyStatement[] => [
  query(buffers.dueIndexArn, buffers.jobIndexArn),
  new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [buffers.dueIndexArn] }),
  table(buffers, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
  send(...jobQueues, deadQueue, timerQueue),
  ...putEvents(eventBus),
];

/**
 * A consumer claims, reads, fences, renews and completes the jobs of its own queue, and sends those whose `onDead` is owed
 * to the dead letter queue. Its handler may add to its own batch, and so has the rights of the ingest function for this one
 * queue. The user grants all other rights that a handler needs.
 */
export const consumerRights = (
  { buffers, timerQueue, deadQueue }: Reach,
  own: OwnReach,
): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'),
  ...(own.countsPending ? [query(buffers.dueIndexArn, buffers.jobIndexArn)] : []),
  send(own.jobs, deadQueue, timerQueue),
  receive(own.jobs),
  hide(own.jobs),
  ...putEvents(own.eventBus),
];

/**
 * The dead letter function ends a job: it stores the items that only the message has, and prolongs the window. Or it sends
 * the job again, if consumers claim jobs of the batch. It reads the items for `onDead`. The user grants the rights that
 * `onDead` itself needs.
 */
export const deadLetterRights = ({ buffers, jobQueues, deadQueue, eventBus }: Reach): PolicyStatement[] => [
  query(buffers.dueIndexArn, buffers.jobIndexArn),
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'),
  send(...jobQueues),
  send(deadQueue),
  receive(deadQueue),
  hide(deadQueue),
  ...putEvents(eventBus),
];

/** Returns the rights of an operators' function: those of the operations that it answers. */
export const adminRights = (reach: Reach, action: AdminAction): PolicyStatement[] =>
  rightsOf(
    reach,
    OPERATIONS.filter(({ direct }) => direct?.function === action),
  );

/** Returns the rights of the function that answers operators over HTTP. The HTTP API decides who may call which route. */
export const adminHttpRights = (reach: Reach): PolicyStatement[] =>
  rightsOf(
    reach,
    OPERATIONS.filter(({ answeredBy }) => answeredBy === 'adminHttp'),
  );

function rightsOf(
  { buffers, jobQueues, timerQueue, eventBus }: Reach,
  operations: readonly Pick<Operation, 'rights'>[],
): PolicyStatement[] {
  const {
    find,
    table: actions,
    send: queues,
    events,
  } = togetherOf(operations.flatMap(({ rights = [] }) => rights));
  const indexes = { due: buffers.dueIndexArn, jobs: buffers.jobIndexArn };
  const targets = { jobs: jobQueues, timers: [timerQueue] };
  return [
    ...(find.length > 0 ? [query(...find.map(index => indexes[index]))] : []),
    table(buffers, ...actions),
    ...(queues.length > 0 ? [send(...queues.flatMap(queue => targets[queue]))] : []),
    ...(events ? putEvents(eventBus) : []),
  ];
}

const table = ({ table }: TableReach, ...actions: readonly TableRight[]): PolicyStatement =>
  new PolicyStatement({
    actions: actions.map(action => `dynamodb:${action}`),
    resources: [table.tableArn],
  });

const query = (...indexes: string[]): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: indexes });

const SEND = ['sqs:SendMessage'];
/** What Lambda asks of the role of a function that reads a queue. */
const RECEIVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** Sets when a received message comes back. */
const HIDE = ['sqs:ChangeMessageVisibility'];

const send = (...queues: string[]): PolicyStatement =>
  new PolicyStatement({ actions: SEND, resources: queues });

const receive = (...queues: string[]): PolicyStatement =>
  new PolicyStatement({ actions: RECEIVE, resources: queues });

const hide = (...queues: string[]): PolicyStatement =>
  new PolicyStatement({ actions: HIDE, resources: queues });

const putEvents = (bus: string | undefined): PolicyStatement[] =>
  bus === undefined ? [] : [new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] })];

/** What reading and writing takes that is encrypted with a key of the user's own. */
export const useKey = (key: string | undefined): PolicyStatement[] =>
  key === undefined
    ? []
    : [
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
          resources: [key],
        }),
      ];

/**
 * What X-Ray's OTLP endpoint asks of who sends it spans. Neither action knows any resources:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export const sendSpans = (toXRay = false): PolicyStatement[] =>
  toXRay
    ? [new PolicyStatement({ actions: ['xray:PutSpans', 'xray:PutSpansForIndexing'], resources: ['*'] })]
    : [];

/**
 * What Lambda asks of the role of a function that it connects to a VPC: the EC2 half of the managed policy
 * AWSLambdaVPCAccessExecutionRole, whose other half lets a function make logs. The
 * actions that look know no resources, and the interfaces are made by Lambda and get their names from EC2.
 */
export const joinNetwork = (inVpc: boolean): PolicyStatement[] =>
  inVpc
    ? [
        new PolicyStatement({
          actions: [
            'ec2:CreateNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:DeleteNetworkInterface',
            'ec2:AssignPrivateIpAddresses',
            'ec2:UnassignPrivateIpAddresses',
          ],
          resources: ['*'],
        }),
      ]
    : [];
