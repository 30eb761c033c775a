import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Operation } from '#lib/operations/definition/operation';
import { type TableRight, togetherOf } from '#lib/operations/definition/rights';
import { OPERATIONS } from '#lib/operations/table';
import type { AdminAction } from '#lib/topology';
import type { BufferTable } from '../constructs/buffer-table.ts';

/** What functions reach, as ARNs. */
export interface Reach {
  readonly buffers: BufferTable;
  readonly timerQueue: string;
  /** Of all definitions. */
  readonly jobQueues: readonly string[];
  readonly deadQueue: string;
  /** Where events go; undefined where no definition has any. */
  readonly eventBus: string | undefined;
  /** Whether a definition's adds are refused by how many of its jobs wait or run. */
  readonly countsPending: boolean;
}

/** What a consumer reaches of its own definitions'. */
export interface OwnReach {
  readonly jobs: string;
  readonly eventBus: string | undefined;
  readonly countsPending: boolean;
}

/**
 * What each function may do: the requests that its code makes, and no others. Nothing deletes: records go by TTL.
 * A request that is new in `lib/store/` has to be let in here. The table's actions say what is asked of records and
 * windows, the indexes' what is found: due buffers, and listed or counted jobs.
 */

/** Reserves, lands, reads heads and dedup markers; seals and publishes what it fills; counts pending jobs. */
export const ingestRights = ({
  buffers,
  jobQueues,
  timerQueue,
  eventBus,
  countsPending,
}: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  ...(countsPending ? [query(buffers.dueIndexArn, buffers.jobIndexArn)] : []),
  send(...jobQueues, timerQueue),
  ...putEvents(eventBus),
];

/** Asks controls and throttles, seals and publishes its window, and arms the timer of one that it leaves open. */
export const timerRights = ({ buffers, jobQueues, timerQueue, eventBus }: Reach): PolicyStatement[] => [
  table(buffers, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  send(...jobQueues, timerQueue),
  receive(timerQueue),
  ...putEvents(eventBus),
];

/**
 * Reads the due index, whole where it is small, holds the lease, and does what sealers, timers and senders have left
 * undone. It prolongs windows, has owed onDead calls made, and takes drains to their end: by what is buffered and which jobs are left.
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
 * Claims, reads and fences, renews and completes the jobs of its own queue, and sends those whose onDead is owed to
 * the dead letter queue. A handler may add to its own batch, which takes what the ingest function may do, to this
 * one queue; what else a handler needs is for its owner to grant.
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
 * Ends a job, with the items that only its message has and its window prolonged, or sends it back to work, for which it
 * looks whether consumers take jobs of the batch up; reads the items that onDead gets. What onDead itself needs is for its owner to grant.
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

/** What one of the operators' functions may do: what the operations ask for that it answers. */
export const adminRights = (reach: Reach, action: AdminAction): PolicyStatement[] =>
  rightsOf(
    reach,
    OPERATIONS.filter(({ direct }) => direct?.function === action),
  );

/** What all operators' functions may do together: who may ask it for what is the HTTP API's to say. */
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

const table = ({ table }: BufferTable, ...actions: readonly TableRight[]): PolicyStatement =>
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
