import type { BundlingOptions as CdkBundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';

/** How functions are bundled, by the names that CDK's `NodejsFunction` has for it. Paths are relative to the app's folder. */
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

/** The same as data: hooks are functions, and are kept as the commands that they give. */
export type BundlingSpec = Omit<BundlingOptions, 'commandHooks'>;

/** Commands of `commandHooks` for one function's code. */
export interface HookCommands {
  readonly beforeBundling: readonly string[];
  readonly beforeInstall: readonly string[];
  readonly afterBundling: readonly string[];
}

/** A batch's options over those for all: lists and records are joined, and of a name that both have the batch's counts. */
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
