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
    ['Groups', options.grouped ? 'by key' : undefined],
    ['Duplicates', options.deduplicated ? 'dropped within a window' : undefined],
    ['Order', options.ordered ? 'one job of a group after the other' : undefined],
    ['Kept in', options.persist ? undefined : 'memory only'],
    ['Shards', options.shards > 1 ? count(options.shards) : undefined],
    ['Runs at once', options.concurrency === undefined ? undefined : count(options.concurrency)],
    ['Throttle', throttle && `${count(throttle.max)} per ${exactDuration(throttle.duration)}`],
    ['Timeout', options.timeout === undefined ? undefined : exactDuration(options.timeout)],
    ['Retries', retries && describeRetries(retries)],
    ['At last', options.deadLetter ? 'kept as dead' : 'failed'],
    [
      'Pending at most',
      options.maxPendingBatches === undefined ? undefined : count(options.maxPendingBatches),
    ],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
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
