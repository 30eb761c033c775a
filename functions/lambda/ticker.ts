import { currentDeployment } from '#lib/deployment/current';
import { ticker } from '../ticker.ts';
import { definitions } from './definitions.ts';
import { tickerOptionsFromEnvironment } from './ticker-options.ts';

export const handler = ticker(currentDeployment().know(definitions), tickerOptionsFromEnvironment());
