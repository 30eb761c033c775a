import type { Control } from '../store/control.ts';
import { type ControlState, toControlState } from './control-state.ts';
import { type EndDrainServices, endDrain } from './write-drain.ts';

/** Writes down a pause or a resume. A drain that is under way ends as `timed_out` in the same update. */
export async function writePause(
  services: EndDrainServices,
  batch: string,
  change: Pick<Control, 'paused' | 'ingestionPaused'> & { readonly since: number },
  lookAt?: number,
): Promise<ControlState> {
  const { controls } = services.store;
  for (;;) {
    const { drain } = await controls.readControl(batch);
    const control =
      drain?.state === 'draining'
        ? await endDrain(services, batch, drain, 'timed_out', change, lookAt)
        : await controls.changeControl(batch, change, {
            unlessDraining: true,
            ...(lookAt !== undefined && { lookAt }),
          });
    if (control !== undefined) return toControlState(batch, control);
    // a drain has begun or ended meanwhile, or its record has changed
  }
}
