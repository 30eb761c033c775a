import { currentDeployment } from '#lib/deployment/current';
import { consumer } from '../consumer.ts';
import { findDefinition } from '../find-definition.ts';
import { definitions } from './definitions.ts';

/** `CISTERN_BATCH` says whose consumer this function is. */
export const handler = consumer(
  currentDeployment().know(definitions),
  findDefinition(definitions, process.env['CISTERN_BATCH'] ?? ''),
);
