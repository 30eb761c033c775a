import { deadLetter } from '../dead-letter.ts';
import { deployment, telemetry } from './deployment.ts';

export const handler = telemetry.observe(deadLetter(deployment));
