import type { DeploymentOptions } from '../cistern-props.ts';
import type { HandlerFunctionOptions } from '../options/function-options.ts';
import { type Entry, FUNCTIONS_NODE } from './bundle.ts';
import { consumerKey, type FunctionBundling, type OwnBundling } from './function-code.ts';
import { nodeMajorOf } from './node-major.ts';

/** How a deployment's functions are bundled. Functions without a bundle or a runtime of their own are bundled as all are. */
export function bundlingOf({
  bundling,
  functionDefaults,
  functions = {},
  consumers = {},
  pools = {},
}: DeploymentOptions): FunctionBundling {
  const majorOf = (options: Pick<HandlerFunctionOptions, 'runtime'> = {}, otherwise = FUNCTIONS_NODE) =>
    options.runtime ? nodeMajorOf(options.runtime) : otherwise;
  const node = majorOf(functionDefaults);
  const ownOf = (options: HandlerFunctionOptions = {}): OwnBundling[] =>
    options.bundling || options.runtime
      ? [{ bundling: options.bundling ?? {}, node: majorOf(options, node) }]
      : [];
  const { ingest, adminHttp, admin, timer, ticker, deadLetter } = functions;
  const entries = { ingest, 'admin-http': adminHttp, admin, timer, ticker, 'dead-letter': deadLetter };
  const given = [
    ...Object.entries(consumers).map(
      ([batch, its]) => [consumerKey({ batch, pool: undefined }), its] as const,
    ),
    ...Object.entries(pools).map(([pool, its]) => [consumerKey({ batch: '', pool }), its] as const),
  ];
  return {
    all: { bundling: bundling || {}, node },
    entries: new Map(
      Object.entries(entries).flatMap(([entry, its]) =>
        ownOf(its).map(own => [entry as Entry, own] as const),
      ),
    ),
    consumers: new Map(given.flatMap(([key, its]) => ownOf(its).map(own => [key, own] as const))),
  };
}
