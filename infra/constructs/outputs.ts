import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import { SETTINGS_VARIABLES } from '#lib/deployment/settings';
import type { CisternResources } from '../cistern-resources.ts';

/** Adds the values that a producer needs to a stack's outputs. */
export function addOutputs(
  stack: Stack,
  { api, functions, producerEnvironment: environment }: CisternResources,
): void {
  const values = {
    ApiEndpoint: api.endpoint,
    CisternDeployment: environment[SETTINGS_VARIABLES.deployment],
    CisternQueueUrlBase: environment[SETTINGS_VARIABLES.queueUrlBase],
    CisternEventBus: environment[SETTINGS_VARIABLES.eventBus],
    IngestFunctionName: functions.ingest.functionName,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) new CfnOutput(stack, name, { value });
  }
}
