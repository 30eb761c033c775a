import { currentDeployment } from '#lib/deployment/current';
import { timer } from '../timer.ts';
import { definitions } from './definitions.ts';

export const handler = timer(currentDeployment().know(definitions));
