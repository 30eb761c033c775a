import { orMissing } from '../parts.ts';
import { openTelemetry } from './open-telemetry.ts';
import type { Tracing } from './tracing.ts';

/**
 * Loads OpenTelemetry's API, which only those need that trace.
 *
 * @throws CisternError `package.part_missing`
 */
export async function loadOpenTelemetry(): Promise<Tracing> {
  return openTelemetry(await import('@opentelemetry/api').catch(orMissing('tracedProducer')));
}
