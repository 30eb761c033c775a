import type { Definition } from '../definition/options.ts';
import type { Services } from '../store/services.ts';

/** Permits that one record holds: few enough that it stays within a write unit or two. */
const PERMITS_PER_RECORD = 25;
/** Tries of an update that others may be making too. */
const TRIES = 5;

/** Leave to run one batch of a definition with a bounded concurrency. */
export interface Permit {
  /** False when it has lapsed: another run may have it by now. */
  renew(): Promise<boolean>;
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
 * @returns undefined when they are taken
 */
export async function takePermits(services: Services, of: PermitOf): Promise<Permit | undefined> {
  const { name, concurrency, ordered } = of.definition;
  const wanted: [scope: string, permits: number][] = [];
  if (ordered) wanted.push([`${name}|${JSON.stringify(of.group ?? null)}`, 1]);
  if (concurrency !== undefined) wanted.push([name, concurrency]);
  const taken: Permit[] = [];
  for (const [scope, permits] of wanted) {
    const permit = await takePermit(services, scope, permits, of);
    if (permit === undefined) {
      await Promise.all(taken.map(each => each.release()));
      return undefined;
    }
    taken.push(permit);
  }
  return {
    renew: async () => (await Promise.all(taken.map(each => each.renew()))).every(Boolean),
    release: async () => void (await Promise.all(taken.map(each => each.release()))),
  };
}

/** Takes one of a scope's permits; they are spread over several records where there are many. */
async function takePermit(
  services: Services,
  scope: string,
  permits: number,
  { by, definition: { lockTtlMs } }: PermitOf,
): Promise<Permit | undefined> {
  const parts = Math.ceil(permits / PERMITS_PER_RECORD);
  const first = Math.floor(services.random() * parts);
  for (let i = 0; i < parts; i++) {
    const part = (first + i) % parts;
    const capacity = Math.min(PERMITS_PER_RECORD, permits - part * PERMITS_PER_RECORD);
    const until = () => services.clock.now() + lockTtlMs;
    const change = (to: (holders: Holders) => Holders | undefined) =>
      changeHolders(services, scope, part, to);
    const taken = await change(holders =>
      Object.keys(holders).length < capacity || by in holders ? { ...holders, [by]: until() } : undefined,
    );
    if (!taken) continue;
    return {
      renew: () => change(holders => (by in holders ? { ...holders, [by]: until() } : undefined)),
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
  scope: string,
  part: number,
  to: (alive: Holders) => Holders | undefined,
): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { version, holders } = await store.controls.readPermits(scope, part);
    const alive = Object.fromEntries(Object.entries(holders).filter(([, until]) => until >= clock.now()));
    const changed = to(alive);
    if (changed === undefined) return false;
    if (await store.controls.writePermits(scope, part, version, changed)) return true;
    await clock.sleep(10 * (tries + 1));
  }
  return false;
}
