import type { Control, DrainRecord } from '../store/control.ts';
import type { Services } from '../store/services.ts';
import { LOOK_EVERY_MS } from './drain-record.ts';

/** How many jobs are counted at most. */
const ENOUGH = 1_000_000;

/**
 * Replaces a drain's record, and has the ticker look at it. If the record has changed since it was read, or the drain has
 * ended, nothing is written: what was decided by the older record may not hold for the newer one.
 *
 * @param drain as it was read
 * @returns the record that is there then
 */
export async function replaceDrain(
  services: Pick<Services, 'store' | 'clock'>,
  batch: string,
  drain: DrainRecord,
  next: DrainRecord,
): Promise<DrainRecord | undefined> {
  const { controls } = services.store;
  const options = { whileDraining: drain, lookAt: services.clock.now() + LOOK_EVERY_MS };
  const written = await controls.changeControl(batch, { drain: next }, options);
  return (written ?? (await controls.readControl(batch))).drain;
}

export type EndDrainServices = Pick<Services, 'deployment' | 'store' | 'definitionOf' | 'emit' | 'newId'>;

/**
 * Ends a drain together with a change of the batch's control, and puts the event on the bus.
 *
 * @param drain as it was read
 * @returns the control after the change. It is undefined if the drain's record had changed before; then nothing was changed
 */
export async function endDrain(
  services: EndDrainServices,
  batch: string,
  drain: DrainRecord,
  state: 'drained' | 'timed_out',
  change: Partial<Control> & { readonly since: number },
  lookAt?: number,
): Promise<Control | undefined> {
  const { store, definitionOf, deployment, emit, newId } = services;
  const { controls } = store;
  const counts = await endedSince(services, batch, drain.startedAt);
  const endedBy = newId();
  const ended: DrainRecord = { ...drain, ...counts, state, finishedAt: change.since, endedBy };
  const options = { whileDraining: drain, ...(lookAt !== undefined && { lookAt }) };
  // A client that has lost the answer sends the write again, and is refused by its own change.
  const control =
    (await controls.changeControl(batch, { ...change, drain: ended }, options)) ??
    (await controls.readControl(batch));
  if (control.drain?.endedBy !== endedBy) return undefined;
  if (definitionOf(batch)?.events) {
    await emit({
      type: 'Cistern Batch Drained',
      deployment,
      batch,
      at: new Date(change.since).toISOString(),
      state,
      flushed: drain.flushed,
      ...counts,
    });
  }
  return control;
}

/** Counts the jobs of a batch that have ended since a time. */
export async function endedSince({ store }: Pick<Services, 'store'>, batch: string, since: number) {
  const [completed, failed, dead] = await Promise.all(
    (['completed', 'failed', 'dead'] as const).map(list => store.jobs.count(batch, list, ENOUGH, since)),
  );
  return { completed: completed ?? 0, failed: failed ?? 0, dead: dead ?? 0 };
}
