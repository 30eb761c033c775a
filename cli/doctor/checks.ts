import type { DeployedBatch, LocalDefinition, NetworkFacts, TemplateFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** The most resources that a stack may have. */
const STACK_RESOURCES = 500;
/** From this share on there is no room for much more. */
const NEARLY_FULL = 0.9;
/** What a definition with a consumer of its own takes, alarms included. */
const OF_A_DEFINITION = 8;
/** Invocations that the shared functions need at a time: ingest, timer, ticker, dead letter, an operator. */
const SHARED_INVOCATIONS = 5;
/** An unbounded consumer takes what there is; in an account with less than this it leaves too little for adds. */
const SMALL_ACCOUNT = 100;
/** Lambda keeps so many executions of an account unreserved. */
const UNRESERVED = 100;
const BATCHES_OF_A_POLLER = 10;
/** The write units a second that a new table on demand takes. */
const TABLE_WRITES = 4_000;

/** Checks that the account is bootstrapped for what CDK's command line deploys. */
export function checkBootstrap(
  { bootstrapParameter, bootstrapVersion }: TemplateFacts,
  version: number | undefined,
): Finding[] {
  if (bootstrapParameter === undefined || (version !== undefined && version >= bootstrapVersion)) return [];
  const found =
    version === undefined
      ? `The account and region are not bootstrapped for CDK: there is no parameter ${bootstrapParameter}.`
      : `CDK's bootstrap has version ${version}, and the stack needs ${bootstrapVersion}.`;
  return [
    {
      check: 'bootstrap',
      level: 'problem',
      found,
      todo: 'Run `npx cdk bootstrap` for the account and region before the next deployment.',
    },
  ];
}

/** Checks the account's concurrent executions against what the consumers may run at once. */
export function checkConcurrency({ mappings, reserved }: TemplateFacts, account: number): Finding[] {
  const bounded = mappings.map(({ maxConcurrency, maximumPollers }) =>
    maximumPollers === undefined ? maxConcurrency : maximumPollers * BATCHES_OF_A_POLLER,
  );
  const needed = bounded.reduce<number>((sum, bound) => sum + (bound ?? 1), SHARED_INVOCATIONS);
  const raise = (to: number) =>
    `Ask for ${to} or more in Service Quotas, AWS Lambda, "Concurrent executions".`;
  if (needed > account) {
    return [
      {
        check: 'concurrency',
        level: 'problem',
        found: `The definitions ask for ${needed} invocations at a time, and the account and region have ${account}. Lambda throttles, and batches run late.`,
        todo: `${raise(needed + UNRESERVED)} Or lower the definitions' concurrency.`,
      },
    ];
  }
  if (reserved > 0 && account - reserved < UNRESERVED) {
    return [
      {
        check: 'concurrency',
        level: 'problem',
        found: `The stack reserves ${reserved} of the account's ${account} invocations. Lambda keeps ${UNRESERVED} unreserved.`,
        todo: raise(reserved + UNRESERVED),
      },
    ];
  }
  const unbounded = bounded.filter(bound => bound === undefined).length;
  if (unbounded === 0 || account >= SMALL_ACCOUNT) return [];
  return [
    {
      check: 'concurrency',
      level: 'warning',
      found: `The account and region have ${account} invocations at a time, and ${unbounded} consumers have no bound. A backlog of batches takes what adds need.`,
      todo: `${raise(1_000)} Or set the definitions' concurrency, or eventSource.maxConcurrency.`,
    },
  ];
}

/** Checks the quota of a table's write units. */
export function checkTableWrites({ warmWrites = TABLE_WRITES }: TemplateFacts, quota: number): Finding[] {
  if (quota >= warmWrites) return [];
  return [
    {
      check: 'table_writes',
      level: 'problem',
      found: `A table may take ${quota} write units a second here, and the deployment's is made for ${warmWrites}.`,
      todo: 'Raise it in Service Quotas, Amazon DynamoDB, "Table-level write throughput limit".',
    },
  ];
}

/** Checks how many more definitions a stack has room for. */
export function checkResources({ resources }: TemplateFacts): Finding[] {
  if (resources < STACK_RESOURCES * NEARLY_FULL) return [];
  const room = Math.max(0, Math.floor((STACK_RESOURCES - resources) / OF_A_DEFINITION));
  return [
    {
      check: 'stack_resources',
      level: 'warning',
      found: `The stack has ${resources} of ${STACK_RESOURCES} resources: room for ${room} more definitions with a consumer of their own.`,
      todo: 'Put definitions into a pool (the option pool), or into another deployment.',
    },
  ];
}

/** Checks that functions in a VPC reach the services that they need. */
export function checkNetwork({ services }: TemplateFacts, networks: readonly NetworkFacts[]): Finding[] {
  return networks.flatMap(({ vpc, functions, endpoints, closedSubnets }) => {
    if (closedSubnets.length === 0) return [];
    const missing = ['dynamodb', 'sqs', ...services].filter(service => !endpoints.includes(service));
    return missing.map(service => ({
      check: 'network' as const,
      level: 'problem' as const,
      found: `${vpc} has no endpoint for ${service}, and no route leads out of ${closedSubnets.join(', ')}. ${functions.join(', ')} cannot reach it.`,
      todo: `Add ${service === 'dynamodb' ? 'a gateway endpoint' : 'an interface endpoint'} for ${service} to the VPC, or a NAT gateway.`,
    }));
  });
}

/** Checks whether anybody is told by the alarms. */
export function checkAlarms({ alarms, silentAlarms }: TemplateFacts): Finding[] {
  if (alarms > 0 && silentAlarms.length === 0) return [];
  const all = silentAlarms.length === alarms;
  const some = all
    ? `None of the stack's ${alarms} alarms tells anybody`
    : `${silentAlarms.join(', ')} tell nobody`;
  return [
    {
      check: 'alarms',
      level: 'warning',
      found: alarms === 0 ? 'The stack has no alarms: a dead batch is noticed by nobody.' : `${some}.`,
      todo: 'Give the construct `alarms: { topic }`, an SNS topic that somebody reads.',
    },
  ];
}

/** Checks what the next deployment would do to batches whose definition is gone or has another consumer. */
export function checkDefinitions(
  { ownConsumers, pools }: TemplateFacts,
  deployed: readonly DeployedBatch[],
  local: readonly LocalDefinition[],
): Finding[] {
  const next = new Map(local.map(definition => [definition.name, definition]));
  return deployed.flatMap((batch): Finding[] => {
    const definition = next.get(batch.name);
    if (definition === undefined) return [removed(batch)];
    const { pool } = definition;
    const isOwn = ownConsumers.includes(batch.name);
    const stays = pool === undefined ? isOwn : !isOwn && pools.includes(pool);
    return stays ? [] : [moved(batch, pool)];
  });
}

function removed({ name, buffered, open }: DeployedBatch): Finding {
  const waits = buffered + open > 0;
  return {
    check: 'definitions',
    level: waits ? 'problem' : 'warning',
    found: `${name} is deployed, and the module does not have it: it was removed or renamed. ${
      waits
        ? `${buffered} items are buffered and ${open} jobs have not ended; no handler would run them.`
        : 'Nothing of it waits.'
    }`,
    todo: waits
      ? `Before you deploy, run \`cistern pause ${name} --ingestion\` and \`cistern drain ${name}\` with the old definition.`
      : 'Deploy, if that is meant. Another name is another batch.',
  };
}

function moved({ name, persist, buffered, open }: DeployedBatch, pool: string | undefined): Finding {
  const to = pool === undefined ? 'a consumer of its own' : `the pool ${pool}`;
  const risks = !persist && buffered + open > 0;
  return {
    check: 'definitions',
    level: risks ? 'problem' : 'warning',
    found: `${name} moves to ${to} with the next deployment: its jobs get another queue and another function.`,
    todo: risks
      ? `It has persist: false, and what waits is in the old queue's messages: run \`cistern pause ${name} --ingestion\` and \`cistern drain ${name}\` before you deploy.`
      : 'Grant the other function what the handler needs. Jobs that wait run within two minutes after the deployment.',
  };
}
