import { currentDeployment } from '#lib/deployment/current';
import { ingest } from '../ingest.ts';
import { definitions } from './definitions.ts';

export const handler = ingest(currentDeployment().know(definitions), definitions);
