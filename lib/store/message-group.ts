import { hashKey } from '../hashing/key-hash.ts';
import { nameToken } from '../resource-names.ts';

/**
 * The message group of a job's message. SQS hands out messages of groups that take less than their share first:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 *
 * In a pool a batch is a message group, so that no batch gains by having many groups. In a batch's own queue each of its
 * groups is one. A message without a message group is one by itself.
 *
 * @param pool of the batch; undefined where its queue is its own
 * @returns at most 128 letters, digits, `-` and `_`; undefined for none
 */
export function messageGroup(
  batch: string,
  pool: string | undefined,
  group: string | undefined,
): string | undefined {
  if (pool !== undefined) return nameToken(batch);
  return group === undefined ? undefined : hashKey(group);
}
