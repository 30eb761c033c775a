import { adminHttp } from '../admin-http.ts';
import { definitions } from './definitions.ts';
import { deployment, telemetry } from './deployment.ts';

export const handler = telemetry.observe(adminHttp(deployment, definitions));
