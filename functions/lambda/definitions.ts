import * as exported from '#batches';
import { collectDefinitions } from '#lib/definition/collect';

/** The definitions that this deployment runs: those that the batches module exports. */
export const definitions = collectDefinitions(exported);
