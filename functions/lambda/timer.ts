import { timer } from '../timer.ts';
import { deployment, entry } from './deployment.ts';

export const handler = entry(timer(deployment));
