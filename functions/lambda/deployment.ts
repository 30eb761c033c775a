import type { Context } from 'aws-lambda';
import { answering } from '#lib/deployment/answering';
import { use } from '#lib/deployment/current';
import { Deployment } from '#lib/deployment/deployment';
import { settingsFromEnvironment } from '#lib/deployment/settings';
// every function needs its table: it is loaded while the function starts, not with the first request
import '#lib/store/connect-table';
import { Telemetry } from '../telemetry/telemetry.ts';
import { telemetryFromEnvironment } from '../telemetry/telemetry-settings.ts';
import { definitions } from './definitions.ts';

/** This function's log, metrics and traces. */
export const telemetry = new Telemetry(telemetryFromEnvironment());

/** The deployment that this function is part of, from its environment. Handlers that add items add to it. */
export const deployment = use(
  new Deployment(settingsFromEnvironment(), { services: telemetry.services }),
).know(definitions);

/**
 * Makes a function's entry. It writes all telemetry, and answers when no accepted item is in its process alone, since
 * Lambda freezes the process after the answer and may never run it again.
 *
 * @param handle the function's work
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
