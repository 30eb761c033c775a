import { findDefinition } from '#lib/definition/find-definition';
import { consumer } from '../consumer.ts';
import { definitions } from './definitions.ts';
import { deployment, entry } from './deployment.ts';

/** `CISTERN_BATCH` says whose consumer this function is. */
export const handler = entry(
  consumer(deployment, findDefinition(definitions, process.env['CISTERN_BATCH'] ?? '')),
);
