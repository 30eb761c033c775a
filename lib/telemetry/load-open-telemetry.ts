import { orMissingOfProducer } from '../producer-parts.ts';
import { openTelemetry } from './open-telemetry.ts';
import type { Tracing } from './tracing.ts';

/**
 * Loads OpenTelemetry's API. Only processes that trace need it.
 *
 * @throws CisternError `package.part_missing`
 */
export async function loadOpenTelemetry(): Promise<Tracing> {
  return openTelemetry(await import('@opentelemetry/api').catch(orMissingOfProducer('tracedProducer')));
}
