import { consumer } from '../consumer.ts';
import { definitionsOf } from '../definitions-of.ts';
import { definitions } from './definitions.ts';
import { deployment, entry } from './deployment.ts';

const { CISTERN_BATCH: batch, CISTERN_POOL: pool } = process.env;

/** `CISTERN_BATCH` or `CISTERN_POOL` says whose consumer this function is. */
export const handler = entry(consumer(deployment, ...definitionsOf(definitions, { batch, pool })));
