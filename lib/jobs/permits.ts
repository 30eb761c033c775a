import type { Definition } from '../definition/options.ts';
import type { Services } from '../store/services.ts';

/** Permits that one record holds: few enough that it stays within a write unit or two. */
const PERMITS_PER_RECORD = 25;
/** Tries of an update that others may be making too. */
const TRIES = 5;

/** Leave to run one batch of a definition with a bounded concurrency. */
export interface Permit {
  renew(): Promise<void>;
  release(): Promise<void>;
}

const FREE: Permit = { renew: async () => {}, release: async () => {} };

/**
 * Takes one of a definition's `concurrency` permits. A holder renews it with its lock, and a dead one's lapses with
 * it, so that no more batches run at once than there are permits, in all processes together.
 *
 * @returns undefined when all are taken
 */
export async function takePermit(
  services: Services,
  { name, concurrency, lockTtlMs }: Definition,
  by: string,
): Promise<Permit | undefined> {
  if (concurrency === undefined) return FREE;
  const parts = Math.ceil(concurrency / PERMITS_PER_RECORD);
  const first = Math.floor(services.random() * parts);
  for (let i = 0; i < parts; i++) {
    const part = (first + i) % parts;
    const capacity = Math.min(PERMITS_PER_RECORD, concurrency - part * PERMITS_PER_RECORD);
    const until = () => services.clock.now() + lockTtlMs;
    const change = (to: (holders: Holders) => Holders | undefined) => changeHolders(services, name, part, to);
    const taken = await change(holders =>
      Object.keys(holders).length < capacity || by in holders ? { ...holders, [by]: until() } : undefined,
    );
    if (!taken) continue;
    return {
      renew: async () => {
        await change(holders => ({ ...holders, [by]: until() }));
      },
      release: async () => {
        await change(({ [by]: _, ...others }) => others);
      },
    };
  }
  return undefined;
}

type Holders = Readonly<Record<string, number>>;

/** Changes who holds permits; the dead ones' are dropped on the way. False when `to` wants no change. */
async function changeHolders(
  { store, clock }: Services,
  batch: string,
  part: number,
  to: (alive: Holders) => Holders | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { version, holders } = await store.controls.readPermits(batch, part);
    const alive = Object.fromEntries(Object.entries(holders).filter(([, until]) => until >= clock.now()));
    const changed = to(alive);
    if (changed === undefined) return false;
    if (await store.controls.writePermits(batch, part, version, changed)) return true;
    await clock.sleep(10 * (tries + 1));
  }
  return false;
}
