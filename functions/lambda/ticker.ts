import { ticker } from '../ticker.ts';
import { deployment, telemetry } from './deployment.ts';
import { tickerOptionsFromEnvironment } from './ticker-options.ts';

export const handler = telemetry.observe(ticker(deployment, tickerOptionsFromEnvironment()));
