import { consumer } from '../consumer.ts';
import { findDefinition } from '../find-definition.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

/** `CISTERN_BATCH` says whose consumer this function is. */
export const handler = telemetry.observe(
  consumer(deployment, findDefinition(definitions, process.env['CISTERN_BATCH'] ?? '')),
);
