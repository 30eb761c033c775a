import { currentDeployment } from '#lib/deployment/current';
import { deadLetter } from '../dead-letter.ts';

export const handler = deadLetter(currentDeployment());
