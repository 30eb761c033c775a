import type { Definition } from './definition/options.ts';
import {
  consumerFunctionName,
  deadQueueName,
  jobQueueName,
  nameToken,
  tableName,
  timerQueueName,
} from './resource-names.ts';

/**
 * The parts of a deployment, as data: the table's schema, the queues' settings, the functions. `infra/` makes CDK
 * constructs of it, and `local/` makes a table, queues and event sources in a process, so that the two cannot differ.
 */
export interface Topology {
  readonly deployment: string;
  readonly table: TableTopology;
  readonly timer: QueueTopology;
  /** The queue of messages that SQS has given up, of all batches, and of jobs whose `onDead` is owed. */
  readonly dead: QueueTopology;
  readonly consumers: readonly ConsumerTopology[];
  readonly functions: Readonly<Record<SharedFunction, FunctionTopology>>;
}

/** The one table: buffers, windows, jobs and the ticker's lease. */
export interface TableTopology {
  readonly name: string;
  /** Partition key, a string. */
  readonly partitionKey: string;
  /** Sort key, a string. */
  readonly sortKey: string;
  /** TTL attribute: epoch seconds. */
  readonly ttlAttribute: string;
  /** The sparse, keys-only index by which the ticker finds work: both keys are numbers. */
  readonly dueIndex: IndexTopology;
  /** The sparse, keys-only index by which jobs are listed: both keys are strings. */
  readonly jobIndex: IndexTopology;
}

export interface IndexTopology {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** One SQS queue with the function that reads it. */
export interface QueueTopology {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  /** How many messages one invocation gets at most. */
  readonly eventBatchSize: number;
  /**
   * How many invocations run at a time. The event source mapping allows no bound below 2. Undefined: no bound. Where it
   * is set, Lambda polls an idle queue with fewer pollers (docs/decisions/0053).
   */
  readonly maxConcurrency: number | undefined;
  readonly redrive?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** The options of a definition that decide the shape of a deployment. */
export type TopologyDefinition = Pick<Definition, 'name' | 'retries' | 'timeout' | 'concurrency' | 'pool'>;

/** A job queue and the function that runs its jobs: of one definition, or of all definitions of a pool. */
export interface ConsumerTopology {
  /** The pool's name. Undefined for the consumer of a single definition. */
  readonly pool: string | undefined;
  /** The batches that it runs: one, or those of the pool. */
  readonly batches: readonly string[];
  /** The consumer's name in construct ids. No other consumer has it. */
  readonly token: string;
  readonly jobs: QueueTopology;
  readonly function: FunctionTopology;
}

/** One Lambda function. Its entry is `functions/lambda/<entry>.ts`. */
export interface FunctionTopology {
  readonly name: string;
  readonly entry: 'ingest' | 'admin-http' | 'admin' | 'timer' | 'ticker' | 'consumer' | 'dead-letter';
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Variables besides the deployment's settings (`CISTERN_DEPLOYMENT`, `CISTERN_QUEUE_URL_BASE`). */
  readonly environment: Readonly<Record<string, string>>;
}

/** The actions of operators. Each has a function of its own, so that rights can be granted for each. */
export const ADMIN_ACTIONS = [
  'flush',
  'pause',
  'resume',
  'drain',
  'status',
  'jobs',
  'redrive',
  'purge',
] as const;
export type AdminAction = (typeof ADMIN_ACTIONS)[number];

export type SharedFunction = 'ingest' | 'adminHttp' | 'timer' | 'ticker' | 'deadLetter' | AdminAction;

/** The names of the attributes that are keys of the table or of an index. */
export const TABLE_KEYS = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttlAttribute: 'expires',
  dueIndex: { name: 'due', partitionKey: 'tick', sortKey: 'dueAt' },
  jobIndex: { name: 'jobs', partitionKey: 'list', sortKey: 'listAt' },
} as const;

/** Index partitions over which buffers and jobs are spread for the ticker. */
export const TICK_PARTITIONS = 8;

/** How often EventBridge wakes the ticker. EventBridge has no shorter schedule than a minute. */
export const TICKER_SCHEDULE_MINUTES = 1;

/**
 * How many deliveries a job may have besides its attempts before SQS moves it to the dead letter queue. The job's record
 * counts attempts. SQS counts receives, and a throttled function or a message that was sent twice adds receives:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const SPARE_RECEIVES = 4;

/** How much longer a function runs than its handler's timeout. A handler uses it to end after its signal was aborted. */
const TIMEOUT_GRACE_SECONDS = 30;

/** The bounds that an event source mapping allows. A smaller `concurrency` is kept by permits (lib/limits). */
const MAPPING_CONCURRENCY = { least: 2, most: 1_000 };
/** The share of a definition without `concurrency` in a pool's bound, which other definitions of the pool ask for. */
const UNBOUNDED_SHARE = 10;

/** The longest SQS delays a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html */
export const LONGEST_DELAY_MS = 900_000;
/**
 * How long before its time the ticker arms a timer that is too far off for one message. It is longer than the ticker's
 * period.
 */
export const ARM_AHEAD_MS = 840_000;

/** How long the client repeats a seal or a claim. Neither may be done while a batch is paused. */
export const SEND_WITHIN_MS = 500;

const DAY_SECONDS = 86_400;
/** The longest SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
/** Lambda's longest timeout, and the default of consumers. */
const LAMBDA_CEILING_SECONDS = 900;

/**
 * Lists the names and settings of all parts of a deployment that runs these definitions.
 *
 * @param deployment the deployment's name, as checked by `parseSettings`
 */
export function topology(deployment: string, definitions: readonly TopologyDefinition[]): Topology {
  const shared = (
    name: string,
    entry: FunctionTopology['entry'],
    memoryMb: number,
    timeoutSeconds: number,
  ): FunctionTopology => ({
    name: `${deployment}-${name}`,
    entry,
    memoryMb,
    timeoutSeconds,
    environment: {},
  });
  const action = (name: AdminAction): FunctionTopology => ({
    ...shared(name, 'admin', 512, 300),
    environment: { CISTERN_ACTION: name },
  });
  return {
    deployment,
    table: { name: tableName(deployment), ...TABLE_KEYS },
    timer: {
      name: timerQueueName(deployment),
      // Lambda's documentation asks for six times the function's timeout
      visibilityTimeoutSeconds: 60,
      retentionSeconds: DAY_SECONDS,
      eventBatchSize: 10,
      maxConcurrency: undefined,
    },
    dead: {
      name: deadQueueName(deployment),
      visibilityTimeoutSeconds: 360,
      retentionSeconds: LONGEST_RETENTION_SECONDS,
      eventBatchSize: 1,
      maxConcurrency: undefined,
    },
    consumers: consumersOf(deployment, definitions),
    functions: {
      // an add waits for DynamoDB, and the largest bulk takes 225 MB (docs/decisions/0083)
      ingest: shared('ingest', 'ingest', 384, 29),
      adminHttp: shared('admin-http', 'admin-http', 512, 29),
      timer: shared('timer', 'timer', 256, 10),
      ticker: shared('ticker', 'ticker', 256, 90),
      // onDead gets all items of a batch, so it needs as much memory as a consumer
      deadLetter: shared('dead-letter', 'dead-letter', 512, 300),
      flush: action('flush'),
      pause: action('pause'),
      resume: action('resume'),
      drain: action('drain'),
      status: action('status'),
      jobs: action('jobs'),
      redrive: action('redrive'),
      purge: action('purge'),
    },
  };
}

/** Returns a consumer for each pool and for each definition without a pool, in the order of the definitions. */
function consumersOf(deployment: string, definitions: readonly TopologyDefinition[]): ConsumerTopology[] {
  const members = new Map<string, TopologyDefinition[]>();
  for (const definition of definitions) {
    // a batch's name never begins with a space
    const key = definition.pool === undefined ? definition.name : ` ${definition.pool}`;
    members.set(key, [...(members.get(key) ?? []), definition]);
  }
  return [...members.values()].map(those => consumerTopology(deployment, those));
}

/** Makes a consumer with the largest settings that its definitions ask for. */
function consumerTopology(deployment: string, definitions: readonly TopologyDefinition[]): ConsumerTopology {
  const batches = definitions.map(({ name }) => name);
  const [batch = ''] = batches;
  const pool = definitions[0]?.pool;
  const token = pool === undefined ? nameToken(batch) : `pool:${pool}`;
  const timeoutSeconds = Math.max(...definitions.map(functionSeconds));
  const retries = Math.max(...definitions.map(each => each.retries.max));
  return {
    pool,
    batches,
    token,
    jobs: {
      name: jobQueueName(deployment, { name: batch, pool }),
      // Lambda refuses a queue whose visibility is shorter than its function's timeout, so the queue's own is
      // long, and the consumer's first act is to shorten its message's to the lock's (docs/decisions/0003).
      visibilityTimeoutSeconds: timeoutSeconds,
      retentionSeconds: LONGEST_RETENTION_SECONDS,
      eventBatchSize: 1,
      maxConcurrency: mappingConcurrency(definitions),
      // a definition's own attempts are counted in the job's record (docs/decisions/0012)
      redrive: { queue: deadQueueName(deployment), maxReceiveCount: retries + 1 + SPARE_RECEIVES },
    },
    function: {
      name: consumerFunctionName(deployment, { name: batch, pool }),
      entry: 'consumer',
      memoryMb: 512,
      timeoutSeconds,
      environment: pool === undefined ? { CISTERN_BATCH: batch } : { CISTERN_POOL: pool },
    },
  };
}

const functionSeconds = ({ timeout }: TopologyDefinition): number =>
  timeout === undefined
    ? LAMBDA_CEILING_SECONDS
    : Math.min(LAMBDA_CEILING_SECONDS, Math.ceil(timeout / 1_000) + TIMEOUT_GRACE_SECONDS);

/**
 * Computes how many invocations a mapping runs at a time; undefined where no definition asks for a bound. A run without a
 * permit waits in its function, which is billed. So there are no more invocations than the definitions ask for together.
 */
function mappingConcurrency(definitions: readonly TopologyDefinition[]): number | undefined {
  if (definitions.every(({ concurrency }) => concurrency === undefined)) return undefined;
  const sum = definitions.reduce((all, { concurrency = UNBOUNDED_SHARE }) => all + concurrency, 0);
  return Math.min(MAPPING_CONCURRENCY.most, Math.max(MAPPING_CONCURRENCY.least, sum));
}

/** Finds the consumer that runs a batch. */
export const consumerOf = (
  { consumers }: Pick<Topology, 'consumers'>,
  batch: string,
): ConsumerTopology | undefined => consumers.find(({ batches }) => batches.includes(batch));
