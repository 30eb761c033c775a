import { BELIEVED_MS } from '../control/pause-holds.ts';
import type { ControlStore } from '../store/ports.ts';
import type { Clock, Services } from '../store/services.ts';
import { remembering } from './remember.ts';

/**
 * Makes the readers of what operators have asked of a batch: `controlOf` for seals and claims, `admissionOf` for adds. They
 * share one read. The answer "not paused" is used for a second from the start of the read. A pause is read again each time,
 * so that no process holds back a batch that has been resumed. But adds, which a pause lets in unless it pauses ingestion
 * too, use that answer for a second as well.
 */
export function cachedControls(
  controls: ControlStore,
  clock: Clock,
): Pick<Services, 'controlOf' | 'admissionOf'> {
  const remember = remembering(clock);
  const controlOf = (batch: string) =>
    remember(
      batch,
      BELIEVED_MS,
      () => controls.readControl(batch),
      ({ paused }) => !paused,
    );
  return {
    controlOf,
    admissionOf: batch =>
      remember(
        `add ${batch}`,
        BELIEVED_MS,
        () => controlOf(batch),
        ({ paused, ingestionPaused }) => paused && !ingestionPaused,
      ),
  };
}
