import { lateImport } from '../late-import.ts';

/**
 * The adding of items that have dedup keys. It is loaded when a definition that has any becomes known, beside whatever
 * the process does first: a function without such definitions never loads it.
 */
export const lateDedup: () => Promise<typeof import('./dedup.ts')> = lateImport(() => import('./dedup.ts'));
