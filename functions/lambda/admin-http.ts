import { currentDeployment } from '#lib/deployment/current';
import { adminHttp } from '../admin-http.ts';
import { definitions } from './definitions.ts';

export const handler = adminHttp(currentDeployment().know(definitions), definitions);
