/**
 * Replaces `@aws-sdk/middleware-endpoint-discovery`. DynamoDB's client resolves a configuration with it that none of its
 * commands reads, since the region alone decides the endpoint.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: undefined,
};

export const resolveEndpointDiscoveryConfig = <C>(config: C): C => config;
