import { ingest } from '../ingest.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

export const handler = telemetry.observe(ingest(deployment, definitions));
