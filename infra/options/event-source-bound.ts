import type { QueueTopology } from '#lib/topology';
import type { EventSourceOptions, FunctionOptions } from './function-options.ts';
import { refuseSetting } from './refuse-setting.ts';

export interface EventSourceOf {
  /** Where the function's settings are: `consumers.clicks`. */
  readonly setting: string;
  /** Its `maxConcurrency` is what the definitions ask for. */
  readonly queue: QueueTopology;
  readonly eventSource: EventSourceOptions;
  readonly options: FunctionOptions;
}

/** What an event source mapping takes as its maximum concurrency. */
const LEAST = 2;
const MOST = 1_000;
/** Invocations at a time of one provisioned poller. */
const OF_A_POLLER = 10;
/** The default numbers of pollers. */
const MOST_POLLERS = 200;
const LEAST_POLLERS = 2;

/**
 * Computes how many messages Lambda takes of a queue at once. A message that Lambda takes and that finds no free invocation
 * comes back when the queue's visibility timeout has passed, up to 15 minutes later: so there are never more of them
 * than invocations.
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
