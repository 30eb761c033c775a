import type { Context } from 'aws-lambda';
import { answering } from '#lib/deployment/answering';
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

/**
 * A function's entry: it tells all it has to tell, and answers when nothing that it has taken is in its process alone,
 * which may be frozen then and never thaw.
 *
 * @param handle what it does
 */
export const entry = <E, R>(
  handle: (event: E, context: Context) => Promise<R>,
): ((event: E, context: Context) => Promise<R>) =>
  telemetry.observe((event: E, context: Context) =>
    answering(
      () => deployment,
      () => handle(event, context),
    ),
  );
