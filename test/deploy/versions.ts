import { join } from 'node:path';
import { ROOT } from './root.ts';

/** The versions of the test's definitions, in the order in which they are deployed. */
export const VERSIONS = ['first', 'second', 'third'] as const;
export type Version = (typeof VERSIONS)[number];

/** The module with a version's definitions. */
export const definitionsOf = (version: Version): string =>
  join(ROOT, `test/deploy/definitions/${version}.ts`);
