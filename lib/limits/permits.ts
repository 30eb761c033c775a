import type { Definition } from '../definition/options.ts';
import type { SlotScope } from '../store/limit-ports.ts';
import type { PermitServices, Services } from '../store/services.ts';
import { giveBack } from './give-back.ts';
import { takeSlots } from './take-slots.ts';

/** The right to run one job of a batch with a bounded concurrency. */
export interface Permit {
  /** Keeps the permit for another `lockTtlMs`. Returns false when another run has it by now. */
  renew(): Promise<boolean>;
  /** Gives the permit back, once, however often it is called. It never fails: a permit that is not given back lapses. */
  giveBack(): Promise<void>;
}

/** The run that needs permits, and its batch's limits. */
export interface PermitOf {
  readonly definition: Pick<Definition, 'name' | 'concurrency' | 'ordered' | 'lockTtlMs'>;
  readonly group: string | undefined;
  /** The run. */
  readonly by: string;
}

/**
 * Takes the permits that a run needs: one of its batch's `concurrency`, and where the batch is `ordered` the only one
 * of its group, since a redriven window would otherwise run beside a later one. The run renews its permits together
 * with its lock. The permits of a dead run lapse with its lock. So all processes together run no more jobs at once
 * than there are permits.
 *
 * @returns undefined when all are taken
 */
export async function takePermits(services: PermitServices, of: PermitOf): Promise<Permit | undefined> {
  const { name, concurrency, ordered } = of.definition;
  const wanted: [scope: SlotScope, permits: number][] = [];
  if (ordered) wanted.push([{ kind: 'permit', batch: name, group: of.group ?? null }, 1]);
  if (concurrency !== undefined) wanted.push([{ kind: 'permit', batch: name }, concurrency]);
  const taken: Permit[] = [];
  const giveAllBack = async () => void (await Promise.all(taken.map(each => each.giveBack())));
  try {
    for (const [scope, permits] of wanted) {
      const permit = await takePermit(services, scope, permits, of);
      if (permit === undefined) {
        await giveAllBack();
        return undefined;
      }
      taken.push(permit);
    }
  } catch (error) {
    await giveAllBack();
    throw error;
  }
  return {
    renew: async () => (await Promise.all(taken.map(each => each.renew()))).every(Boolean),
    giveBack: giveAllBack,
  };
}

async function takePermit(
  services: PermitServices,
  scope: SlotScope,
  count: number,
  { by, definition: { lockTtlMs } }: PermitOf,
): Promise<Permit | undefined> {
  const { store, clock, permitsGivenBack } = services;
  // The permit that this process gave back last is most likely free. Trying it first saves a read.
  const likely = scope.group === undefined ? permitsGivenBack.get(scope.batch)?.pop() : 0;
  const request = { scope, count, by, likely, wanted: 1, forMs: lockTtlMs, unbooked: false };
  const { taken } = await takeSlots(services, request);
  const [index] = taken;
  if (index === undefined) return undefined;
  let givenBack: Promise<void> | undefined;
  return {
    renew: async () => {
      if (givenBack !== undefined) return true;
      const outcome = await store.slots.renew(scope, index, by, clock.now() + lockTtlMs);
      // If the permit was given back during the renewal, the run has not lost it.
      return outcome === 'renewed' || givenBack !== undefined;
    },
    giveBack: () => {
      givenBack ??= giveBackPermit(services, scope, index, by);
      return givenBack;
    },
  };
}

async function giveBackPermit(
  services: Pick<Services, 'store' | 'clock' | 'warn' | 'permitsGivenBack'>,
  scope: SlotScope,
  index: number,
  by: string,
): Promise<void> {
  const { permitsGivenBack } = services;
  if (!(await giveBack(services, scope, index, by)) || scope.group !== undefined) return;
  const known = permitsGivenBack.get(scope.batch) ?? [];
  permitsGivenBack.set(scope.batch, known);
  known.push(index);
}
