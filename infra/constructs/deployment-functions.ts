import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ADMIN_ACTIONS, type AdminAction, type ConsumerTopology, type SharedFunction } from '#lib/topology';
import { type CodeDirectories, consumerKey } from '../bundling/function-code.ts';
import type { DeploymentFunctions, FunctionSettings, ReaderSettings } from '../options/function-settings.ts';
import { definitionReach } from '../rights/definition-reach.ts';
import * as rights from '../rights/function-rights.ts';
import { CisternFunction, type CisternFunctionProps, type SharedSettings } from './cistern-function.ts';
import type { DeploymentQueues, OwnedQueue } from './deployment-queues.ts';
import { queueSource } from './queue-source.ts';

export interface DeploymentFunctionsOf {
  readonly settings: DeploymentFunctions;
  readonly shared: SharedSettings;
  readonly queues: DeploymentQueues;
  readonly reach: rights.Reach;
  /** The name of the bus. Undefined: the account's default bus. */
  readonly eventBus: string | undefined;
  /** The ticker's own variables. */
  readonly tickerEnvironment: Readonly<Record<string, string>>;
}

/** A consumer's function, with its queue and its definitions. */
export interface OwnedFunction extends OwnedQueue {
  readonly made: CisternFunction;
}

export interface MadeFunctions {
  readonly shared: Readonly<Record<SharedFunction, CisternFunction>>;
  readonly consumers: readonly OwnedFunction[];
}

/** Makes all functions of a deployment, and connects those that read a queue with it. */
export function deploymentFunctions(scope: Construct, of: DeploymentFunctionsOf): MadeFunctions {
  const { settings, shared, queues, reach } = of;
  const make = (
    id: string,
    made: FunctionSettings,
    statements: PolicyStatement[],
    more: Partial<CisternFunctionProps> = {},
  ) => new CisternFunction(scope, id, { shared, ...made, statements, ...more });
  const admin = ADMIN_ACTIONS.map(
    action =>
      [action, make(`Admin-${action}`, settings.shared[action], rights.adminRights(reach, action))] as const,
  );
  const ingest = make('Ingest', settings.shared.ingest, rights.ingestRights(reach));
  const adminHttp = make('AdminHttp', settings.shared.adminHttp, rights.adminHttpRights(reach));
  const ticker = make('Ticker', settings.shared.ticker, rights.tickerRights(reach), {
    environment: of.tickerEnvironment,
  });
  // The messages of these functions come back to them:
  // - The timer of a busy buffer stops after some windows and hands the next ones over to another timer.
  // - A handler's adds come back to its consumer, through the timer where their window is sealed at its deadline.
  // - Messages of a throttled consumer come back to the dead letter function.
  // Each turn of these loops has work of its own, and the loops end with it.
  const reader = (id: string, made: ReaderSettings, statements: PolicyStatement[], own = shared) =>
    make(id, made, statements, { mayLoop: true, shared: own });
  const timer = reader('Timer', settings.timer, rights.timerRights(reach));
  const deadLetter = reader('DeadLetter', settings.deadLetter, rights.deadLetterRights(reach));
  queueSource(timer, queues.timer, settings.timer);
  queueSource(deadLetter, queues.dead, settings.deadLetter);

  // an update gives the functions a new definition when its queue is there: they may send to it at once, and where there are
  // many definitions their rights name no single queue
  for (const each of [...admin.map(([, made]) => made), ingest, adminHttp, ticker, timer, deadLetter]) {
    (each.function.node.defaultChild as CfnFunction).addResourceDependency(queues.policy);
  }

  const consumers = queues.owned.map(owned => {
    const { consumer, definitions, jobs, settings: made } = owned;
    const own = { jobs: jobs.queueArn, ...definitionReach(scope, definitions, of.eventBus) };
    const statements = rights.consumerRights(reach, own);
    const its = reader(`Consumer-${consumer.token}`, made, statements, {
      ...shared,
      code: shared.code && withOwnCode(shared.code, consumer),
    });
    queueSource(its, jobs, made);
    return { ...owned, made: its };
  });
  const actions = Object.fromEntries(admin) as Record<AdminAction, CisternFunction>;
  return { shared: { ...actions, ingest, adminHttp, ticker, timer, deadLetter }, consumers };
}

/** Returns the folders with the code. The consumer's is its own if it has options of its own for bundling. */
function withOwnCode(
  code: CodeDirectories,
  { batches: [batch = ''], pool }: ConsumerTopology,
): CodeDirectories {
  return { ...code, consumer: code.consumers?.get(consumerKey({ batch, pool })) ?? code.consumer };
}
