export { Cistern, type CisternProps } from './cistern.ts';
export type { ConsumerOptions, DeploymentOptions, HttpOptions } from './cistern-props.ts';
export type { CisternResources, Consumer } from './cistern-resources.ts';
export { CisternStack, type CisternStackProps } from './cistern-stack.ts';
export type { HttpApi } from './constructs/http-api.ts';
export { HttpAccess, type JwtAccessOptions } from './http-access.ts';
