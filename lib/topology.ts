import { createHash } from 'node:crypto';
import type { Definition } from './definition/options.ts';

/**
 * What a deployment consists of, as data: the table's schema, the queues' settings, the functions.
 * `infra/` makes CDK constructs of it and `local/` makes embedded tables, queues and event sources of it,
 * so that the two cannot drift apart.
 */
export interface Topology {
  readonly deployment: string;
  readonly table: TableTopology;
  readonly timer: QueueTopology;
  /** What SQS gives up of all batches, and the jobs whose `onDead` is owed. */
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
  /** Messages a function invocation gets at the most. */
  readonly eventBatchSize: number;
  /**
   * Invocations at a time; the event source mapping's own lowest is 2. Undefined: no bound. Lambda polls an idle queue
   * with fewer pollers then (docs/decisions/0053).
   */
  readonly maxConcurrency: number | undefined;
  readonly redrive?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** What a deployment's shape depends on of a definition. */
export type TopologyDefinition = Pick<Definition, 'name' | 'retries' | 'timeout' | 'concurrency' | 'pool'>;

/** A job queue and the function that runs its jobs: of one definition, or of all definitions of a pool. */
export interface ConsumerTopology {
  /** The pool's name; undefined where the consumer is one definition's own. */
  readonly pool: string | undefined;
  /** The batches that it runs: one, or those of the pool. */
  readonly batches: readonly string[];
  /** Names it in construct ids, unlike any other consumer. */
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
  /** Set on the function besides the deployment's settings (`CISTERN_DEPLOYMENT`, `CISTERN_QUEUE_URL_BASE`). */
  readonly environment: Readonly<Record<string, string>>;
}

/** What operators do; each has a function of its own, so that rights can be given for each. */
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

/** The table's attribute names that its keys and its index are made of. */
export const TABLE_KEYS = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttlAttribute: 'expires',
  dueIndex: { name: 'due', partitionKey: 'tick', sortKey: 'dueAt' },
  jobIndex: { name: 'jobs', partitionKey: 'list', sortKey: 'listAt' },
} as const;

/** Index partitions over which buffers and jobs are spread for the ticker. */
export const TICK_PARTITIONS = 8;

/** How often EventBridge wakes the ticker; a minute is the finest schedule there is. */
export const TICKER_SCHEDULE_MINUTES = 1;

/**
 * Deliveries that a job may have beyond its attempts before SQS redrives it to the dead letter queue. Attempts are
 * counted in the job's record; SQS counts receives, which a throttled function or a message sent twice uses up too:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const SPARE_RECEIVES = 4;

/** What a function has beyond its handler's timeout: for a handler to end when its signal is aborted. */
const TIMEOUT_GRACE_SECONDS = 30;

/** What an event source mapping takes. Below the least, permits bound (lib/limits). */
const MAPPING_CONCURRENCY = { least: 2, most: 1_000 };
/** What a definition without `concurrency` counts in a pool whose mapping has a bound for the sake of another one. */
const UNBOUNDED_SHARE = 10;

/** The longest SQS delays a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html */
export const LONGEST_DELAY_MS = 900_000;

/** A Lambda function's name has at most 64 characters, of which a deployment may take 24 and `-on-` 4. */
const FUNCTION_TOKEN_LENGTH = 36;

/** Window records expire by themselves so long after they were put, far beyond any writer's life: deletes by TTL are free. */
export const RECORD_LIFE_MS = 30 * 86_400_000;
/** Records of unfinished work are given so long a life, once half of the one before has passed. */
export const KEPT_LIFE_MS = 400 * 86_400_000;
/**
 * An ended job's record is in the table for so long, shown or not. Whoever publishes a window again, from a marker that was
 * left behind or after standing still, and every copy of its message meets the record, and does not run the batch again.
 * It is longer than SQS keeps a message, 14 days, and than the ticker may be out, 13 days.
 */
export const ENDED_LIFE_MS = 15 * 86_400_000;
/** The ticker looks at everything unfinished at least so often, whatever its time is. */
export const LOOK_EVERY_MS = 86_400_000;

/** How long the client goes on sending what must not be done while a batch is paused: seals and claims. */
export const SEND_WITHIN_MS = 500;

const DAY_SECONDS = 86_400;
/** The longest SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS;
/** Lambda's ceiling, and so the default of consumers: a batch may take what it needs. */
const LAMBDA_CEILING_SECONDS = 900;

/**
 * Names and settings of everything that `deployment` consists of when it runs `batches`.
 *
 * @param deployment the deployment's name, as checked by `parseSettings`
 * @param definitions that it runs
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
      // six times the function's timeout, as Lambda's documentation asks of a queue it polls
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
      ingest: shared('ingest', 'ingest', 512, 29),
      adminHttp: shared('admin-http', 'admin-http', 512, 29),
      timer: shared('timer', 'timer', 256, 10),
      ticker: shared('ticker', 'ticker', 256, 90),
      // as much memory as a consumer has: onDead gets all that was in a batch
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

/** The pools, and the consumers of definitions that are in none, in the order of the definitions. */
function consumersOf(deployment: string, definitions: readonly TopologyDefinition[]): ConsumerTopology[] {
  const members = new Map<string, TopologyDefinition[]>();
  for (const definition of definitions) {
    // a batch's name never begins with a space
    const key = definition.pool === undefined ? definition.name : ` ${definition.pool}`;
    members.set(key, [...(members.get(key) ?? []), definition]);
  }
  return [...members.values()].map(those => consumerTopology(deployment, those));
}

/** A consumer is as large as the largest of its definitions asks for. */
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
      name:
        pool === undefined
          ? `${deployment}-on-${shorten(token, FUNCTION_TOKEN_LENGTH)}`
          : poolName(deployment, pool),
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
 * What a mapping may run at a time: undefined where no definition asks for a bound. A run that finds no permit waits for
 * one in its function, which costs time: there are never more of them than the definitions ask for together.
 */
function mappingConcurrency(definitions: readonly TopologyDefinition[]): number | undefined {
  if (definitions.every(({ concurrency }) => concurrency === undefined)) return undefined;
  const sum = definitions.reduce((all, { concurrency = UNBOUNDED_SHARE }) => all + concurrency, 0);
  return Math.min(MAPPING_CONCURRENCY.most, Math.max(MAPPING_CONCURRENCY.least, sum));
}

export const tableName = (deployment: string): string => deployment;
export const timerQueueName = (deployment: string): string => `${deployment}-timer`;
/** The queue of a definition's jobs: its own, or its pool's. */
export const jobQueueName = (
  deployment: string,
  { name, pool }: { readonly name: string; readonly pool?: string | undefined },
): string => (pool === undefined ? `${deployment}-jobs-${nameToken(name)}` : poolName(deployment, pool));
export const deadQueueName = (deployment: string): string => `${deployment}-dead`;
/** A pool's job queue, and its consumer function. */
const poolName = (deployment: string, pool: string): string => `${deployment}-pool-${pool}`;

/** Finds the consumer that runs a batch. */
export const consumerOf = (
  { consumers }: Pick<Topology, 'consumers'>,
  batch: string,
): ConsumerTopology | undefined => consumers.find(({ batches }) => batches.includes(batch));

/**
 * A batch's name in the alphabet that queues and functions share (letters, digits, `-`, `_`). A name that has
 * `.` or `:` gets a hash besides, so that `a.b`, `a:b` and `a-b` stay three.
 */
export function nameToken(batch: string): string {
  return /^[\w-]+$/.test(batch) ? batch : withHash(batch.replaceAll(/[^\w-]/g, '-'), batch, 47);
}

/** A token that is too long, cut and told apart by its hash. */
const shorten = (token: string, length: number): string =>
  token.length <= length ? token : withHash(token, token, length);

const withHash = (readable: string, whole: string, length: number): string =>
  `${readable.slice(0, length - 9)}-${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
