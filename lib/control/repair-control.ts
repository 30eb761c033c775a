import type { SealServices } from '../store/services.ts';
import { lookAtDrain } from './advance-drain.ts';
import { finishResume } from './resume.ts';

/** The ticker's look at a batch's control: it goes on with a drain, or with a resume whose process has died. */
export async function repairControl(services: SealServices, batch: string): Promise<void> {
  const { drain } = await services.store.controls.readControl(batch);
  if (drain?.state === 'draining') await lookAtDrain(services, batch);
  else await finishResume(services, batch);
}
