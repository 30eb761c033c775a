import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { DeploymentOptions } from '../cistern-props.ts';
import type { HandlerFunctionOptions } from '../options/function-options.ts';
import { type Entry, FUNCTIONS_NODE } from './bundle.ts';
import { consumerKey, type FunctionBundling, type OwnBundling } from './function-code.ts';
import type { FunctionArchitecture } from './native-addons.ts';
import { nodeMajorOf } from './node-major.ts';

/**
 * How a deployment's functions are bundled. Functions without a bundle, a runtime or an architecture of their own are bundled
 * as all are.
 */
export function bundlingOf({
  bundling,
  architecture,
  functionDefaults,
  functions = {},
  consumers = {},
  pools = {},
}: DeploymentOptions): FunctionBundling {
  const majorOf = (options: Pick<HandlerFunctionOptions, 'runtime'> = {}, otherwise = FUNCTIONS_NODE) =>
    options.runtime ? nodeMajorOf(options.runtime) : otherwise;
  const node = majorOf(functionDefaults);
  const processor = processorOf(architecture, 'arm64');
  const ownOf = (options: HandlerFunctionOptions = {}): OwnBundling[] =>
    options.bundling || options.runtime || options.architecture
      ? [
          {
            bundling: options.bundling ?? {},
            node: majorOf(options, node),
            architecture: processorOf(options.architecture, processor),
          },
        ]
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
    all: { bundling: bundling || {}, node, architecture: processor },
    entries: new Map(
      Object.entries(entries).flatMap(([entry, its]) =>
        ownOf(its).map(own => [entry as Entry, own] as const),
      ),
    ),
    consumers: new Map(given.flatMap(([key, its]) => ownOf(its).map(own => [key, own] as const))),
  };
}

function processorOf(given: Architecture | undefined, otherwise: FunctionArchitecture): FunctionArchitecture {
  if (given === undefined) return otherwise;
  return given.name === Architecture.X86_64.name ? 'x64' : 'arm64';
}
