import { ingest } from '../ingest.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

/** It waits for what it holds by itself, and answers where it waits in vain as it answers other errors. */
export const handler = telemetry.observe(ingest(deployment, definitions));
