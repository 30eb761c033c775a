import type { Deployment } from '#lib/deployment/deployment';
import type { HeadStore, SealStore, TurnStore } from '#lib/store/head-ports';
import type { JobStore } from '#lib/store/job-ports';
import type { SlotStore } from '#lib/store/limit-ports';
import type { ControlStore, DueIndex } from '#lib/store/ports';
import type { Queues } from '#lib/store/queue-ports';
import type { Services } from '#lib/store/services';
import type { Table, Update } from '#lib/store/table-port';
import type { DedupKeyStore, RetentionStore, WindowStore } from '#lib/store/window-ports';
import type { Budget } from '../actors/plan.ts';
import type { Mutation } from '../world/stage.ts';

/** A mistake that is planted in the product. Plays have to find it. */
export interface Mutant {
  readonly name: string;
  /**
   * The play that a test begins with: a short one that finds it. When the code has changed, plays are others, and the test
   * goes on to the next seeds. Default 1.
   */
  readonly seed?: number;
  readonly mutation: Mutation;
  /** What the plays are about that have to find it. */
  readonly plays?: Budget;
  /** In how many plays. Default 60. */
  readonly within?: number;
}

/** Something with some of its members changed. */
export const override = <T extends object>(target: T, change: Partial<T>): T =>
  new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(change, name) ?? Reflect.get(object, name);
      return typeof value === 'function' && !(name in change) ? value.bind(object) : value;
    },
  });

type Change<T, S = Services> = (original: T, services: S, process: string) => Partial<T>;

const ofStore = <K extends Exclude<keyof Services['store'], 'indexLagMs'>>(
  name: K,
  change: Change<Services['store'][K]>,
): Mutation => ({
  services: (services, process) => ({
    ...services,
    store: override(services.store, {
      [name]: override(services.store[name], change(services.store[name], services, process)),
    } as Partial<Services['store']>),
  }),
});

export const inHeads = (change: Change<HeadStore>): Mutation => ofStore('heads', change);
export const inSeals = (change: Change<SealStore>): Mutation => ofStore('seals', change);
export const inTurns = (change: Change<TurnStore>): Mutation => ofStore('turns', change);
export const inWindows = (change: Change<WindowStore>): Mutation => ofStore('windows', change);
export const inDedupKeys = (change: Change<DedupKeyStore>): Mutation => ofStore('dedupKeys', change);
export const inRetention = (change: Change<RetentionStore>): Mutation => ofStore('retention', change);
export const inJobs = (change: Change<JobStore>): Mutation => ofStore('jobs', change);
export const inIndex = (change: Change<DueIndex>): Mutation => ofStore('index', change);
export const inSlots = (change: Change<SlotStore>): Mutation => ofStore('slots', change);
export const inControls = (change: Change<ControlStore>): Mutation => ofStore('controls', change);

export const inQueues = (change: Change<Queues>): Mutation => ({
  services: (services, process) => ({
    ...services,
    queues: override(services.queues, change(services.queues, services, process)),
  }),
});

export const inServices = (change: (services: Services, process: string) => Partial<Services>): Mutation => ({
  services: (services, process) => ({ ...services, ...change(services, process) }),
});

/** A change of the text of updates. */
export class Edit {
  readonly #where: 'update' | 'condition';
  readonly #part: string;
  readonly #instead: string;
  readonly #isMeant: (update: Update) => boolean;
  #changed = 0;

  constructor(
    where: 'update' | 'condition',
    part: string,
    instead: string,
    isMeant: (update: Update) => boolean,
  ) {
    this.#where = where;
    this.#part = part;
    this.#instead = instead;
    this.#isMeant = isMeant;
  }

  /** Updates that it has changed so far. */
  get changed(): number {
    return this.#changed;
  }

  /** What it changes, in words. */
  get text(): string {
    return `${this.#where}: ${JSON.stringify(this.#part)}`;
  }

  of(update: Update): Update {
    const text = update[this.#where];
    if (text === undefined || !text.includes(this.#part) || !this.#isMeant(update)) return update;
    this.#changed += 1;
    return { ...update, [this.#where]: text.replaceAll(this.#part, this.#instead) };
  }
}

/**
 * Takes a part out of an update's text, or puts another in its place, wherever it stands.
 *
 * @param isMeant which updates. Default: all that have the part
 */
export const edit = (
  where: 'update' | 'condition',
  part: string,
  instead = '',
  isMeant: (update: Update) => boolean = () => true,
): Edit => new Edit(where, part, instead, isMeant);

/** Changes what a process calls. */
export const inDeployment = (change: Change<Deployment, Deployment>): Mutation => ({
  deployment: (deployment, process) => override(deployment, change(deployment, deployment, process)),
});

/** Changes what the stores write: each update of a kind of record, before the table gets it. */
export const inUpdates = (kind: string, ...edits: readonly Edit[]): Mutation => ({
  edits,
  table: table =>
    override<Table>(table, {
      update: (key, update) =>
        table.update(
          key,
          key.sk.startsWith(kind) ? edits.reduce((edited, each) => each.of(edited), update) : update,
        ),
    }),
});
