import { BELIEVED_MS } from '../control/pause-holds.ts';
import type { Control } from '../store/control.ts';
import type { ControlStore } from '../store/ports.ts';
import type { Clock, Services } from '../store/services.ts';
import { remembering } from './remember.ts';

/**
 * Makes the readers of what operators have asked of a batch. The answer "not paused" is used for a second from the start of
 * the read. A pause is read again each time, so that no process holds back a batch that has been resumed.
 *
 * @returns `controlOf`, for seals and claims: its reads are consistent, since a pause has to hold within two seconds
 *   (invariant 12). `admissionOf`, for adds: it uses what `controlOf` has read in the last second. Else the answer "not
 *   paused" may be a moment older, for half the price. The answer "paused" never is
 */
export function cachedControls(
  controls: ControlStore,
  clock: Clock,
): Pick<Services, 'controlOf' | 'admissionOf'> {
  const remember = remembering(clock);
  const freeAt = new Map<string, number>();
  const isFree = ({ ingestionPaused }: Control): boolean => !ingestionPaused;
  const controlOf = (batch: string) =>
    remember(
      batch,
      BELIEVED_MS,
      () => controls.readControl(batch),
      ({ paused }) => !paused && !!freeAt.set(batch, clock.now()),
    );
  const admit = async (batch: string): Promise<Control> => {
    const seen = await controls.readControl(batch, 'eventual');
    return isFree(seen) ? seen : controls.readControl(batch);
  };
  return {
    controlOf,
    admissionOf: batch =>
      clock.now() - (freeAt.get(batch) ?? 0) < BELIEVED_MS
        ? controlOf(batch)
        : remember(`add ${batch}`, BELIEVED_MS, () => admit(batch), isFree),
  };
}
