import type { BundlingOptions as CdkBundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';

/** Options for bundling, as in CDK's `NodejsFunction`. Paths are relative to the app's folder. */
export type BundlingOptions = Pick<
  CdkBundlingOptions,
  | 'banner'
  | 'charset'
  | 'commandHooks'
  | 'define'
  | 'esbuildArgs'
  | 'externalModules'
  | 'footer'
  | 'inject'
  | 'keepNames'
  | 'loader'
  | 'mainFields'
  | 'minify'
  | 'nodeModules'
  | 'sourceMap'
  | 'sourceMapMode'
  | 'sourcesContent'
  | 'target'
  | 'tsconfig'
>;

/** The same options as data, without `commandHooks`: `HookCommands` has the commands that hooks return. */
export type BundlingSpec = Omit<BundlingOptions, 'commandHooks'>;

/** The commands of `commandHooks` for one function's code. */
export interface HookCommands {
  readonly beforeBundling: readonly string[];
  readonly beforeInstall: readonly string[];
  readonly afterBundling: readonly string[];
}

/** Joins a batch's options with those for all batches. Lists and records are joined. Otherwise the batch's value wins. */
export function joinBundling(all: BundlingOptions, own: BundlingOptions): BundlingOptions {
  const list = (key: 'externalModules' | 'nodeModules' | 'inject') =>
    all[key] || own[key] ? { [key]: [...new Set([...(all[key] ?? []), ...(own[key] ?? [])])] } : {};
  const record = (key: 'define' | 'loader' | 'esbuildArgs') =>
    all[key] || own[key] ? { [key]: { ...all[key], ...own[key] } } : {};
  return {
    ...all,
    ...own,
    ...list('externalModules'),
    ...list('nodeModules'),
    ...list('inject'),
    ...record('define'),
    ...record('loader'),
    ...record('esbuildArgs'),
  };
}
