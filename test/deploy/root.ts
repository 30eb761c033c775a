import { join } from 'node:path';

/** The repository's folder. */
export const ROOT: string = join(import.meta.dirname, '../..');
