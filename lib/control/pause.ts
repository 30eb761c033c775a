import type { Definition } from '../definition/options.ts';
import type { Services } from '../store/services.ts';
import type { ControlState } from './control-state.ts';
import { waitUntilItHoldsMs } from './pause-holds.ts';
import type { EndDrainServices } from './write-drain.ts';
import { writePause } from './write-pause.ts';

/**
 * Pauses a batch. From two seconds after the call has returned, no window is flushed and no job begins until a resume.
 * Items are still taken and stay buffered, for any time. If the store is slow, the call returns later.
 *
 * @param ingestion whether items are refused too. Default `false`
 */
export async function pause(
  services: EndDrainServices & Pick<Services, 'clock'>,
  { name }: Definition,
  { ingestion = false }: { readonly ingestion?: boolean } = {},
): Promise<ControlState> {
  const { clock } = services;
  const began = clock.now();
  const change = { paused: true, ingestionPaused: ingestion, since: began };
  const control = await writePause(services, name, change);
  // writePause() has made at least two requests
  const waitMs = waitUntilItHoldsMs((clock.now() - began) / 2);
  if (waitMs > 0) await clock.sleep(waitMs);
  return control;
}
