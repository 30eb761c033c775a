import { timer } from '../timer.ts';
import { deployment, telemetry } from './deployment.ts';

export const handler = telemetry.observe(timer(deployment));
