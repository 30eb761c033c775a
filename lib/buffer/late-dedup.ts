let loading: Promise<typeof import('./dedup.ts')> | undefined;

/**
 * The adding of items that have dedup keys. It is loaded when a definition that has any becomes known, beside whatever
 * the process does first: a function without such definitions never loads it.
 */
export function lateDedup(): Promise<typeof import('./dedup.ts')> {
  loading ??= import('./dedup.ts');
  return loading;
}
