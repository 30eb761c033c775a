import type { SealServices } from '../store/services.ts';
import { lookAtDrain } from './drain.ts';
import { finishResume } from './pause.ts';

/** The ticker's look at what an operator has asked of a batch: a drain under way, or a resume cut off half-way. */
export async function repairControl(services: SealServices, batch: string): Promise<void> {
  const { drain } = await services.store.controls.readControl(batch);
  if (drain?.state === 'draining') await lookAtDrain(services, batch);
  else await finishResume(services, batch);
}
