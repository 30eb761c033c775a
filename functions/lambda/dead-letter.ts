import { currentDeployment } from '#lib/deployment/current';
import { deadLetter } from '../dead-letter.ts';
import { definitions } from './definitions.ts';

export const handler = deadLetter(currentDeployment().know(definitions));
