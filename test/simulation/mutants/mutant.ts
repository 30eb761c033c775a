import type { JobStore } from '#lib/store/job-ports';
import type { ControlStore, DueIndex, HeadStore, Queues, SlotStore, WindowStore } from '#lib/store/ports';
import type { Services } from '#lib/store/services';
import type { Table, Update } from '#lib/store/table-port';
import type { Budget } from '../actors/plan.ts';
import type { Mutation } from '../world/stage.ts';

/** A mistake that is planted in the product. Plays have to find it. */
export interface Mutant {
  readonly name: string;
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

type Change<T> = (original: T, services: Services, process: string) => Partial<T>;

const ofStore = <K extends 'heads' | 'windows' | 'jobs' | 'index' | 'controls' | 'slots'>(
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
export const inWindows = (change: Change<WindowStore>): Mutation => ofStore('windows', change);
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

/** Changes what the stores write: each update of a kind of record, before the table gets it. */
export const inUpdates = (kind: string, change: (update: Update) => Update): Mutation => ({
  table: table =>
    override<Table>(table, {
      update: (key, update) => table.update(key, key.sk.startsWith(kind) ? change(update) : update),
    }),
});

/** Takes a part out of an update's text, or puts another in its place, wherever it stands. */
export const edit =
  (where: 'update' | 'condition', part: string, instead = ''): ((update: Update) => Update) =>
  given => {
    const text = given[where];
    return text === undefined ? given : { ...given, [where]: text.replaceAll(part, instead) };
  };
