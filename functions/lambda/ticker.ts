import { ticker } from '../ticker.ts';
import { deployment, entry } from './deployment.ts';
import { tickerOptionsFromEnvironment } from './ticker-options.ts';

export const handler = entry(ticker(deployment, tickerOptionsFromEnvironment()));
