import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { StackDefinition } from '../options/stack-definition.ts';
import type { Reach } from './function-rights.ts';

/** Returns what functions may reach only because a definition asks for it. */
export function definitionReach(
  scope: Construct,
  definitions: readonly StackDefinition[],
  eventBus = 'default',
): Pick<Reach, 'eventBus' | 'countsPending'> {
  const bus = { service: 'events', resource: 'event-bus', resourceName: eventBus };
  return {
    eventBus: definitions.some(({ events }) => events) ? Stack.of(scope).formatArn(bus) : undefined,
    countsPending: definitions.some(({ maxPendingBatches }) => maxPendingBatches !== undefined),
  };
}
