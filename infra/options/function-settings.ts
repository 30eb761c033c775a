import {
  ADMIN_ACTIONS,
  type ConsumerTopology,
  type FunctionTopology,
  type QueueTopology,
  type SharedFunction,
  type Topology,
} from '#lib/topology';
import { consumerKey } from '../bundling/function-code.ts';
import type { DeploymentOptions } from '../cistern-props.ts';
import { checkFunction } from './check-function.ts';
import { eventSourceBound } from './event-source-bound.ts';
import type {
  ConsumerOptions,
  EventSourceOptions,
  FunctionOptions,
  SharedFunctionsOptions,
} from './function-options.ts';

/** A function of the topology, with its settings. */
export interface FunctionSettings {
  readonly topology: FunctionTopology;
  readonly options: FunctionOptions;
}

/** A function that reads a queue, with the queue. */
export interface ReaderSettings extends FunctionSettings {
  readonly queue: QueueTopology;
  readonly pollers: EventSourceOptions['provisionedPollerConfig'];
}

/** All of a deployment's functions. */
export interface DeploymentFunctions {
  readonly shared: Readonly<Record<Exclude<SharedFunction, 'timer' | 'deadLetter'>, FunctionSettings>>;
  readonly timer: ReaderSettings;
  readonly deadLetter: ReaderSettings;
  /** The consumers, in the order of the topology. */
  readonly consumers: readonly (ReaderSettings & { readonly consumer: ConsumerTopology })[];
}

/** Returns the name of a function's settings: its own name, or that of all operators' functions. */
const sharedKey = (name: SharedFunction): keyof SharedFunctionsOptions =>
  ADMIN_ACTIONS.includes(name as (typeof ADMIN_ACTIONS)[number])
    ? 'admin'
    : (name as keyof SharedFunctionsOptions);

/** Joins a function's own settings with those of all. Its own override them. Environment variables are joined. */
function joined(all: FunctionOptions, own: FunctionOptions): FunctionOptions {
  const environment = { ...all.environment, ...own.environment };
  return { ...all, ...own, environment };
}

/** Computes a queue's visibility timeout for a longer timeout of its function: as many times the timeout as by default. */
const timesTimeout = (queue: QueueTopology, { timeoutSeconds }: FunctionTopology, longer: number): number =>
  Math.ceil((queue.visibilityTimeoutSeconds / timeoutSeconds) * longer);

/**
 * Computes each function's settings from the topology and the user's settings.
 *
 * @param given the settings of consumers, by `consumerKey`
 * @throws SettingsError `settings.invalid` for settings that would break a promise
 */
export function functionSettings(
  topology: Topology,
  { functionDefaults = {}, functions = {}, metrics = true }: DeploymentOptions,
  given: ReadonlyMap<string, ConsumerOptions>,
): DeploymentFunctions {
  const make = (setting: string, of: FunctionTopology, own: FunctionOptions = {}): FunctionSettings => {
    const options = joined(functionDefaults, own);
    checkFunction({ setting, topology: of, options, metrics });
    const { memorySize: memoryMb = of.memoryMb, timeout } = options;
    return {
      options,
      topology: { ...of, memoryMb, timeoutSeconds: timeout?.toSeconds() ?? of.timeoutSeconds },
    };
  };
  const read = (
    setting: string,
    of: FunctionTopology,
    queue: QueueTopology,
    { eventSource = {}, ...own }: ConsumerOptions = {},
  ): ReaderSettings => {
    const made = make(setting, of, own);
    const maxConcurrency = eventSourceBound({ setting, queue, eventSource, options: made.options });
    const visibilityTimeoutSeconds = timesTimeout(queue, of, made.topology.timeoutSeconds);
    return {
      ...made,
      queue: { ...queue, visibilityTimeoutSeconds, maxConcurrency },
      pollers: eventSource.provisionedPollerConfig,
    };
  };
  const { timer, deadLetter, ...others } = topology.functions;
  const shared = Object.entries(others).map(([name, of]) => {
    const key = sharedKey(name as SharedFunction);
    return [name, make(`functions.${key}`, of, functions[key])] as const;
  });
  return {
    shared: Object.fromEntries(shared) as DeploymentFunctions['shared'],
    timer: read('functions.timer', timer, topology.timer, functions.timer),
    deadLetter: read('functions.deadLetter', deadLetter, topology.dead, functions.deadLetter),
    consumers: topology.consumers.map(consumer => {
      const { pool, batches } = consumer;
      const [batch = ''] = batches;
      const setting = pool === undefined ? `consumers.${batch}` : `pools.${pool}`;
      const own = given.get(consumerKey({ batch, pool }));
      return { ...read(setting, consumer.function, consumer.jobs, own), consumer };
    }),
  };
}
