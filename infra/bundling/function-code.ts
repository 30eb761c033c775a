import { join, resolve } from 'node:path';
import { ENTRIES, type Entry } from './bundle.ts';
import type { BundleTask } from './bundle-task.ts';
import {
  type BundlingOptions,
  type BundlingSpec,
  type HookCommands,
  joinBundling,
} from './bundling-options.ts';

/** Directories with the functions' code: by entry, and of the consumers that are bundled in a way of their own. */
export type CodeDirectories = Readonly<Record<Entry, string>> & {
  /** By `consumerKey`. */
  readonly consumers?: ReadonlyMap<string, string>;
};

/** Names a batch's own consumer, or a pool's: no pool's is like any batch's. */
export const consumerKey = ({
  batch,
  pool,
}: {
  readonly batch: string;
  readonly pool: string | undefined;
}): string => (pool === undefined ? `batch ${batch}` : `pool ${pool}`);

/** How the functions are bundled: all, and by exception. */
export interface FunctionBundling {
  readonly all: BundlingOptions;
  readonly deadLetter: BundlingOptions;
  /** By `consumerKey`; only those that have options of their own. */
  readonly consumers: ReadonlyMap<string, BundlingOptions>;
}

/** Which folders within one the functions' code is bundled into, and how. */
export function functionCode(
  { all, deadLetter, consumers }: FunctionBundling,
  { output, project }: { readonly output: string; readonly project: string },
): { readonly code: CodeDirectories; readonly tasks: readonly BundleTask[] } {
  const task = (entry: Entry, into: string, bundling: BundlingOptions): BundleTask => ({
    entry,
    into,
    bundling: specOf(bundling, project),
    hooks: hooksOf(bundling, project, into),
  });
  const shared = ENTRIES.map(entry =>
    task(entry, join(output, entry), entry === 'dead-letter' ? joinBundling(all, deadLetter) : all),
  );
  const own = [...consumers].map(
    ([key, bundling], i) =>
      [key, task('consumer', join(output, `consumer-${i}`), joinBundling(all, bundling))] as const,
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
