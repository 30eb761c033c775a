/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery`, with which DynamoDB's client resolves a configuration that
 * none of its commands reads: where its table is follows from the region.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: undefined,
};

export const resolveEndpointDiscoveryConfig = <C>(config: C): C => config;
