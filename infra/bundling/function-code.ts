import { join, resolve } from 'node:path';
import { ENTRIES, type Entry } from './bundle.ts';
import type { BundleTask } from './bundle-task.ts';
import {
  type BundlingOptions,
  type BundlingSpec,
  type HookCommands,
  joinBundling,
} from './bundling-options.ts';
import type { FunctionArchitecture } from './native-addons.ts';

/** The folders with the functions' code: by entry, and for consumers with bundling options of their own. */
export type CodeDirectories = Readonly<Record<Entry, string>> & {
  /** The folders of these consumers, by `consumerKey`. */
  readonly consumers?: ReadonlyMap<string, string>;
};

/** Names a batch's own consumer, or a pool's. No pool's name equals a batch's. */
export const consumerKey = ({
  batch,
  pool,
}: {
  readonly batch: string;
  readonly pool: string | undefined;
}): string => (pool === undefined ? `batch ${batch}` : `pool ${pool}`);

/** The options by which one function is bundled, if they differ from those of all functions. */
export interface OwnBundling {
  readonly bundling: BundlingOptions;
  /** The major version of Node.js that the function runs on. */
  readonly node: number;
  readonly architecture: FunctionArchitecture;
}

/** Options for bundling: those for all functions, and exceptions. */
export interface FunctionBundling {
  readonly all: OwnBundling;
  readonly entries: ReadonlyMap<Entry, OwnBundling>;
  /** The options of consumers that have options of their own, by `consumerKey`. */
  readonly consumers: ReadonlyMap<string, OwnBundling>;
}

/** Decides which folders the functions' code is bundled into, and with which options. */
export function functionCode(
  { all, entries, consumers }: FunctionBundling,
  { output, project }: { readonly output: string; readonly project: string },
): { readonly code: CodeDirectories; readonly tasks: readonly BundleTask[] } {
  const task = (entry: Entry, into: string, own: OwnBundling = all): BundleTask => {
    const bundling = own === all ? all.bundling : joinBundling(all.bundling, own.bundling);
    const hooks = hooksOf(bundling, project, into);
    return {
      entry,
      into,
      bundling: specOf(bundling, project),
      hooks,
      node: own.node,
      architecture: own.architecture,
    };
  };
  const shared = ENTRIES.map(entry => task(entry, join(output, entry), entries.get(entry)));
  const own = [...consumers].map(
    ([key, its], i) => [key, task('consumer', join(output, `consumer-${i}`), its)] as const,
  );
  return {
    code: {
      ...(Object.fromEntries(shared.map(({ entry, into }) => [entry, into])) as Record<Entry, string>),
      consumers: new Map(own.map(([key, { into }]) => [key, into])),
    },
    tasks: [...shared, ...own.map(([, each]) => each)],
  };
}

function specOf(
  { commandHooks: _, tsconfig, inject, ...others }: BundlingOptions,
  project: string,
): BundlingSpec {
  return {
    ...others,
    ...(tsconfig !== undefined && { tsconfig: resolve(project, tsconfig) }),
    ...(inject && { inject: inject.map(file => resolve(project, file)) }),
  };
}

function hooksOf({ commandHooks }: BundlingOptions, project: string, into: string): HookCommands {
  return {
    beforeBundling: commandHooks?.beforeBundling(project, into) ?? [],
    beforeInstall: commandHooks?.beforeInstall(project, into) ?? [],
    afterBundling: commandHooks?.afterBundling(project, into) ?? [],
  };
}
