import type { BatchOptions } from '../api/contract.ts';
import { bytes, count, exactDuration } from './format.ts';

/** A definition's options in words, those that say nothing left out. */
export function describeOptions(options: BatchOptions): [string, string][] {
  const { retries, throttle } = options;
  const rows: [string, string | undefined][] = [
    ['Flushes at', `${count(options.maxSize)} items`],
    ['Or after', exactDuration(options.maxWaitMs)],
    ['Or at', options.maxBytes === undefined ? undefined : bytes(options.maxBytes)],
    ['Or when quiet for', options.quietMs === undefined ? undefined : exactDuration(options.quietMs)],
    ['Buffers', describeBuffers(options)],
    ['Duplicates', options.deduplicated ? 'dropped within a window' : undefined],
    ['Order', options.ordered ? 'one job of a group after the other' : undefined],
    ['Kept in', options.persist ? undefined : 'memory only'],
    ['Active jobs at most', options.concurrency === undefined ? undefined : count(options.concurrency)],
    ['Flushes at most', throttle && `${count(throttle.max)} per ${exactDuration(throttle.duration)}`],
    ['An attempt may take', options.timeout === undefined ? undefined : exactDuration(options.timeout)],
    ['Retries', retries && describeRetries(retries)],
    ['After the last attempt', options.deadLetter ? 'the job is dead' : 'the job is failed'],
    [
      'Jobs waiting or active at most',
      options.maxPendingBatches === undefined ? undefined : count(options.maxPendingBatches),
    ],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function describeBuffers({ grouped, shards }: BatchOptions): string | undefined {
  if (shards > 1) return grouped ? `${count(shards)} for each group` : count(shards);
  return grouped ? 'one for each group' : undefined;
}

function describeRetries({
  max,
  strategy,
  baseDelay,
  maxDelay,
}: NonNullable<BatchOptions['retries']>): string {
  if (max === 0) return 'none';
  const upTo = maxDelay === undefined ? '' : ` up to ${exactDuration(maxDelay)}`;
  return `${count(max)}, ${strategy} from ${exactDuration(baseDelay)}${upTo}`;
}
