import { currentDeployment } from '#lib/deployment/current';
import { timer } from '../timer.ts';

export const handler = timer(currentDeployment());
