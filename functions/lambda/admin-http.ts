import { adminHttp } from '../admin-http.ts';
import { definitions } from './definitions.ts';
import { deployment, entry } from './deployment.ts';

export const handler = entry(adminHttp(deployment, definitions));
