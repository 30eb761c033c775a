import { deadLetter } from '../dead-letter.ts';
import { deployment, entry } from './deployment.ts';

export const handler = entry(deadLetter(deployment));
