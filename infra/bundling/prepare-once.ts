import { createHash } from 'node:crypto';
import { AssetStaging } from 'aws-cdk-lib/core';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { type CodeDirectories, functionCode } from './function-code.ts';
import { type Prepared, type PrepareOptions, prepare } from './prepare.ts';

/** The parts of a prepared module that a construct uses. */
type Ready = Omit<Prepared, 'dispose'>;

const bundled = new WeakMap<IConstruct, Map<string, Ready>>();
const unbundled = new Map<string, Ready>();

/**
 * Prepares a module once for all constructs of an app that bundle it in the same way. The code is staged in the app's own
 * output, and stays there as long as the app. Without bundling, a module is loaded once in a process.
 *
 * @throws as `prepare`
 */
export function prepareOnce({ node: { root } }: IConstruct, options: PrepareOptions): Ready {
  const key = keyOf(options);
  const known = options.bundling ? (bundled.get(root) ?? new Map<string, Ready>()) : unbundled;
  if (options.bundling) bundled.set(root, known);
  const ready = known.get(key) ?? prepareIn(root, key, options);
  known.set(key, ready);
  return ready;
}

/** Makes a key of options. Two hooks are equal if they give the same commands. */
function keyOf({ batches, project, bundling }: PrepareOptions): string {
  const tasks = bundling && functionCode(bundling, { output: '', project }).tasks;
  return JSON.stringify([batches, project, tasks, [...(bundling?.consumers.keys() ?? [])]]);
}

function prepareIn(root: IConstruct, key: string, options: PrepareOptions): Ready {
  const { code, dispose, ...rest } = prepare(options);
  if (code === undefined) return { ...rest, code };
  // with `--no-staging`, CDK refers to the code at its place
  if (root.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) return { ...rest, code };
  try {
    return { ...rest, code: staged(root, key, code) };
  } finally {
    dispose();
  }
}

function staged(root: IConstruct, key: string, { consumers, ...entries }: CodeDirectories): CodeDirectories {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 8);
  const stage = ([name, sourcePath]: readonly [string, string]) =>
    [name, new AssetStaging(root, `Cistern ${hash} ${name}`, { sourcePath }).absoluteStagedPath] as const;
  return {
    ...(Object.fromEntries(Object.entries(entries).map(stage)) as typeof entries),
    consumers: new Map([...(consumers ?? [])].map(stage)),
  };
}
