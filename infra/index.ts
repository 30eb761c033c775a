export type { FlushReason } from '#lib/definition/flush-reason';
export type { MetricName } from '#lib/telemetry/metrics';
export type { AdminAction, SharedFunction } from '#lib/topology';
export type { BundlingOptions } from './bundling/bundling-options.ts';
export { Cistern, type CisternProps } from './cistern.ts';
export type { CorsOptions, DeploymentOptions, FunctionDefaults, HttpOptions } from './cistern-props.ts';
export type { CisternResources, Consumer } from './cistern-resources.ts';
export { CisternStack, type CisternStackProps } from './cistern-stack.ts';
export type { HttpApi } from './constructs/http-api.ts';
export type { TickerOptions } from './environment/ticker-environment.ts';
export type { ICistern } from './i-cistern.ts';
export type { AlarmOptions, MonitoringOptions } from './monitoring/monitoring-options.ts';
export type { CisternAttributes } from './options/cistern-attributes.ts';
export type {
  ConsumerOptions,
  EventSourceOptions,
  FunctionOptions,
  HandlerFunctionOptions,
  SharedFunctionsOptions,
} from './options/function-options.ts';
export { HttpAccess, type JwtAccessOptions, type LambdaAccessOptions } from './options/http-access.ts';
export type { TableOptions, TableThroughput } from './options/table-options.ts';
export type { OperateRights } from './rights/route-rights.ts';
export type { LogLevel, TelemetryOptions } from './telemetry/telemetry-options.ts';
export { type OtlpOptions, type SamplingOptions, Tracing } from './telemetry/tracing.ts';
