import type { QueueTopology } from '#lib/topology';
import type { EventSourceOptions, FunctionOptions } from './function-options.ts';
import { refuseSetting } from './refuse-setting.ts';

export interface EventSourceOf {
  /** The name of the function's settings: `consumers.clicks`. */
  readonly setting: string;
  /** The queue. Its `maxConcurrency` is the bound that the definitions ask for. */
  readonly queue: QueueTopology;
  readonly eventSource: EventSourceOptions;
  readonly options: FunctionOptions;
}

/** The bounds of an event source mapping's maximum concurrency. */
const LEAST = 2;
const MOST = 1_000;
/** How many invocations at a time one provisioned poller makes. */
const OF_A_POLLER = 10;
/** The default numbers of pollers. */
const MOST_POLLERS = 200;
const LEAST_POLLERS = 2;

/**
 * Computes how many messages Lambda takes of a queue at once, which is never more than the function has invocations. A
 * message without a free invocation would come back only after the queue's visibility timeout, up to 15 minutes later.
 *
 * @returns undefined: no bound
 * @throws SettingsError `settings.invalid` for settings that exclude each other
 */
export function eventSourceBound({
  setting,
  queue,
  eventSource,
  options,
}: EventSourceOf): number | undefined {
  const { maxConcurrency, provisionedPollerConfig: pollers } = eventSource;
  const { reservedConcurrentExecutions: reserved } = options;
  const at = (name: string) => `${setting}.${name}`;
  if (queue.maxConcurrency !== undefined && maxConcurrency !== undefined) {
    refuseSetting(
      at('eventSource.maxConcurrency'),
      `left out: concurrency of the definition sets it, to ${queue.maxConcurrency}`,
      maxConcurrency,
    );
  }
  const bound = queue.maxConcurrency ?? maxConcurrency;
  if (pollers) {
    if (bound !== undefined) {
      refuseSetting(
        at('eventSource.provisionedPollerConfig'),
        `left out: there is a bound of ${bound} batches at once (concurrency, eventSource.maxConcurrency), and Lambda takes the one or the other`,
        pollers,
      );
    }
    const { minimumPollers = LEAST_POLLERS, maximumPollers = MOST_POLLERS } = pollers;
    if (minimumPollers > maximumPollers) {
      refuseSetting(
        at('eventSource.provisionedPollerConfig.minimumPollers'),
        `at most maximumPollers, ${maximumPollers}`,
        minimumPollers,
      );
    }
    atLeast(
      at('reservedConcurrentExecutions'),
      reserved,
      maximumPollers * OF_A_POLLER,
      'ten for each of maximumPollers',
    );
    return undefined;
  }
  atLeast(
    at('reservedConcurrentExecutions'),
    reserved,
    bound ?? LEAST,
    'as many as Lambda takes of the queue at once',
  );
  return bound ?? (reserved === undefined ? undefined : Math.min(reserved, MOST));
}

function atLeast(setting: string, given: number | undefined, least: number, why: string): void {
  if (given !== undefined && given < least) refuseSetting(setting, `${least} or more: ${why}`, given);
}
