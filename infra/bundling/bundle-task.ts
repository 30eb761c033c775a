import type { Entry } from './bundle.ts';
import type { BundlingSpec, HookCommands } from './bundling-options.ts';
import type { FunctionArchitecture } from './native-addons.ts';

/** The code of one function, or of several that share it. */
export interface BundleTask {
  readonly entry: Entry;
  /** The absolute path of the folder that it is written to. */
  readonly into: string;
  readonly bundling: BundlingSpec;
  readonly architecture: FunctionArchitecture;
  /** The major version of the Node.js that it runs on. Default `FUNCTIONS_NODE`. */
  readonly node?: number;
  readonly hooks?: HookCommands;
}

export interface BundleFunctionsOptions {
  /** The absolute path of the definitions' module. */
  readonly batches: string;
  readonly tasks: readonly BundleTask[];
  /** The folder of the CDK app. */
  readonly project: string;
}
