import type { Services } from '../store/services.ts';
import { dueEntries, emptyReport, type RepairReport, repairAll } from './repair.ts';

/**
 * Takes up everything buffered or sealed after the queues have lost all their messages, as the embedded ones do
 * when the process ends: arms every timer, publishes every marker, sends every unfinished job.
 */
export async function restart(services: Services): Promise<RepairReport> {
  const report = emptyReport();
  const entries = await dueEntries(services, Number.MAX_SAFE_INTEGER);
  await repairAll(services, entries, { sealedBefore: services.clock.now(), queuesLost: true }, report);
  return report;
}
