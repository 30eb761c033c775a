import { currentDeployment } from '#lib/deployment/current';
import { ticker } from '../ticker.ts';
import { tickerOptionsFromEnvironment } from './ticker-options.ts';

export const handler = ticker(currentDeployment(), tickerOptionsFromEnvironment());
