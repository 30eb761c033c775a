import type { Definition } from '../definition/options.ts';
import type { SlotScope } from '../store/limit-ports.ts';
import type { PermitServices, Services } from '../store/services.ts';
import { giveBack } from './give-back.ts';
import { takeSlots } from './take-slots.ts';

/** Leave to run one batch of a definition with a bounded concurrency. */
export interface Permit {
  /** Keeps the permit for another lock's time. False when another run has it by now. */
  renew(): Promise<boolean>;
  /** Gives the permit back, once, however often it is called. It never fails: a permit that is left behind lapses. */
  release(): Promise<void>;
}

/** What a run needs permits for. */
export interface PermitOf {
  readonly definition: Pick<Definition, 'name' | 'concurrency' | 'ordered' | 'lockTtlMs'>;
  readonly group: string | undefined;
  /** The run. */
  readonly by: string;
}

/**
 * Takes what a run needs: one of its definition's `concurrency` permits, and its group's only one where the batch is
 * ordered, since a window that is redriven would run beside a later one. A holder renews them with its lock, and a
 * dead one's lapse with it, so that no more batches run at once than there are permits, in all processes together.
 *
 * @returns undefined when all are taken
 */
export async function takePermits(services: PermitServices, of: PermitOf): Promise<Permit | undefined> {
  const { name, concurrency, ordered } = of.definition;
  const wanted: [scope: SlotScope, permits: number][] = [];
  if (ordered) wanted.push([{ kind: 'permit', batch: name, group: of.group ?? null }, 1]);
  if (concurrency !== undefined) wanted.push([{ kind: 'permit', batch: name }, concurrency]);
  const taken: Permit[] = [];
  const releaseAll = async () => void (await Promise.all(taken.map(each => each.release())));
  try {
    for (const [scope, permits] of wanted) {
      const permit = await takePermit(services, scope, permits, of);
      if (permit === undefined) {
        await releaseAll();
        return undefined;
      }
      taken.push(permit);
    }
  } catch (error) {
    await releaseAll();
    throw error;
  }
  return {
    renew: async () => (await Promise.all(taken.map(each => each.renew()))).every(Boolean),
    release: releaseAll,
  };
}

async function takePermit(
  services: PermitServices,
  scope: SlotScope,
  count: number,
  { by, definition: { lockTtlMs } }: PermitOf,
): Promise<Permit | undefined> {
  const { store, clock, permitsGivenBack } = services;
  // the one that this process gave back last is most likely free, and trying it saves a read
  const likely = scope.group === undefined ? permitsGivenBack.get(scope.batch)?.pop() : 0;
  const request = { scope, count, by, likely, wanted: 1, forMs: lockTtlMs, unbooked: false };
  const { taken } = await takeSlots(services, request);
  const [index] = taken;
  if (index === undefined) return undefined;
  let released: Promise<void> | undefined;
  return {
    renew: async () => {
      if (released !== undefined) return true;
      const outcome = await store.slots.renew(scope, index, by, clock.now() + lockTtlMs);
      // given back while the renewal was on its way: nothing was lost
      return outcome === 'renewed' || released !== undefined;
    },
    release: () => {
      released ??= giveBackPermit(services, scope, index, by);
      return released;
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
