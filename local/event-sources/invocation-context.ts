import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/**
 * Makes the context of an invocation, as Lambda gives it. The invocation's time starts now.
 *
 * @param now a clock, in ms
 * @param ending aborted when the process ends
 */
export function invocationContext(
  functionName: string,
  timeoutMs: number,
  now: () => number,
  ending: AbortSignal,
): Context & { readonly ending: AbortSignal } {
  const started = now();
  return {
    ending,
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, timeoutMs - (now() - started)),
    done: noCallbacks,
    fail: noCallbacks,
    succeed: noCallbacks,
  };
}

function noCallbacks(): never {
  throw new Error('Handlers answer by their promise; Lambda dropped callbacks long ago.');
}
