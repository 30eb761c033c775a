import { ingest } from '../ingest.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

/** `ingest` itself waits for the items that it holds in memory, so that an item that cannot be sent is an error answer. */
export const handler = telemetry.observe(
  ingest(
    deployment,
    // an invocation has its process to itself, so that nothing would join its add
    definitions.map(definition => ({ ...definition, lingerMs: 0 })),
  ),
);
