import { use } from '#lib/deployment/current';
import { Deployment } from '#lib/deployment/deployment';
import { settingsFromEnvironment } from '#lib/deployment/settings';
import { Telemetry } from '../telemetry/telemetry.ts';
import { telemetryFromEnvironment } from '../telemetry/telemetry-settings.ts';
import { definitions } from './definitions.ts';

/** What this function tells of its work. */
export const telemetry = new Telemetry(telemetryFromEnvironment());

/** The deployment that this function is part of, as its environment says; handlers that add, add to it. */
export const deployment = use(
  new Deployment(settingsFromEnvironment(), { services: telemetry.services }),
).know(definitions);
