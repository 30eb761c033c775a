import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';

/** An ARN of a queue without its name, in the longest partition and region, with quotes and comma. */
const ARN_LENGTH = 52;
/**
 * A role's inline policies hold 10,240 characters. The dead letter function's has a list of queues, perhaps one of
 * pools, and 1,200 of other rights; what is left is for what onDead is granted.
 */
const LIST_LENGTH = 4_000;

/**
 * The ARNs of queues of one kind, one by one while a policy has room for them (about 50), or as the pattern that their
 * names share.
 *
 * @param prefix what the names of these queues, and of no others in the deployment, begin with
 */
export function queueArns(
  queues: readonly { readonly queue: Queue; readonly name: string }[],
  prefix: string,
): string[] {
  const length = queues.reduce((sum, { name }) => sum + ARN_LENGTH + name.length, 0);
  const [first] = queues;
  if (first === undefined || length <= LIST_LENGTH) return queues.map(({ queue }) => queue.queueArn);
  return [
    Stack.of(first.queue).formatArn({
      service: 'sqs',
      resource: `${prefix}*`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    }),
  ];
}
