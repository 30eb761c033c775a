import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { Clients } from '#lib/store/clients';
import type { Services } from '#lib/store/services';
import type { Table } from '#lib/store/table-port';
import { topology } from '#lib/topology';
import { silent } from '../../support/silent.ts';
import type { BatchPlan } from '../actors/batch-plan.ts';
import { definitionOf } from '../actors/definitions.ts';
import { PACES } from '../actors/pace.ts';
import type { Plan } from '../actors/plan.ts';
import type { Evidence } from '../judge/evidence.ts';
import { Bus } from './bus.ts';
import type { Draws } from './draws.ts';
import { Functions } from './functions.ts';
import type { Instance } from './lambda.ts';
import { planOutages } from './outages.ts';
import type { Process } from './process.ts';
import { queuesOf } from './queues.ts';
import { type Release, Releases } from './releases.ts';
import { Storage } from './storage.ts';
import { DEPLOYMENT, type World } from './world.ts';

/** A mistake that is planted in the product. */
export interface Mutation {
  /** In a process's services. @param process its name */
  readonly services?: (services: Services, process: string) => Services;
  /** In the table as it is used. */
  readonly table?: (table: Table) => Table;
  /** In what a process calls. */
  readonly deployment?: (deployment: Deployment, process: string) => Deployment;
  /** What it edits in the texts of updates: each of them has to change something, or it is no mistake. */
  readonly edits?: readonly { readonly changed: number; readonly text: string }[];
}

const DAY_MS = 86_400_000;
/** How far clocks are apart: as far as nobody corrects them, and as far as one may be that nobody ever set. */
const SKEWS_MS: readonly ((draws: Draws) => number)[] = [
  draws => draws.int(-400, 400),
  draws => draws.int(-1_900, 1_900),
  draws => draws.int(-1, 1) * 3_600_000,
  draws => draws.pick([-40, 40]) * DAY_MS,
];

/** The deployed product in a simulated world: its table, queues, functions, bus, and what is deployed. */
export class Stage {
  readonly storage: Storage;
  readonly world: World;
  readonly bus: Bus;
  readonly functions: Functions;
  readonly #evidence: Evidence;
  readonly #mutate: Mutation;
  readonly #draws: Draws;
  readonly #releases: Releases;
  #ids = 0;
  #spareProcesses = 0;

  constructor(world: World, plan: Plan, evidence: Evidence, mutate: Mutation) {
    this.world = world;
    this.#evidence = evidence;
    this.#mutate = mutate;
    this.#draws = world.draws.of('stage');
    this.storage = new Storage(
      world,
      {
        ttlEager: plan.ttlEager,
        ttlEveryMs: PACES[plan.pace].ttlEveryMs,
        largeIndex: plan.largeIndex,
      },
      mutate.table,
    );
    this.bus = new Bus(world, plan.bus);
    this.#releases = new Releases(evidence, plan.batches);
    const release = this.#releases.present;
    this.functions = new Functions({
      world,
      evidence,
      parts: topology(DEPLOYMENT, this.#definitions(world.process('topology'), release)),
      release,
      boot: (name, given) => this.#boot(name, given),
      tickEveryMs: plan.tickEveryMs,
    });
  }

  /** All definitions of a release, as a process knows them. */
  #definitions(
    process: Process,
    { plans }: Release,
    deployment: () => Deployment | undefined = () => undefined,
  ) {
    const workplace = {
      process,
      evidence: this.#evidence,
      draws: this.world.draws.of(`work ${process.name}`),
      troubled: () => this.world.now < this.#evidence.calmFrom,
      deployment,
    };
    return plans.map((plan): Definition => definitionOf(plan, workplace));
  }

  /** A process outside of Lambda, with what is deployed now: it gets no newer definitions. */
  start(name: string, release: Release = this.#releases.present): Instance<Deployment> {
    const spells = this.world.weather.spells;
    const apart = this.world.strikes(this.#draws, spells['clocks apart'] === undefined ? 0 : 0.5);
    const process = this.world.process(name, apart ? this.#draws.pick(SKEWS_MS)(this.#draws) : 0);
    return { process, made: this.#deployment(process, release) };
  }

  #boot(name: string, release: Release): Instance<Deployment> {
    const instance = this.start(name, release);
    this.#afflict(instance.process);
    return instance;
  }

  /** A process that nothing happens to, and that is not seen: for who looks at the end. */
  observer(): Deployment {
    const process = this.world.process(`observer${this.#spareProcesses++}`);
    return this.#deployment(process, this.#releases.present);
  }

  #deployment(process: Process, release: Release): Deployment {
    let made: Deployment | undefined;
    const definitions = this.#definitions(process, release, () => made);
    const draws = this.world.draws.of(`random ${process.name}`);
    const services: Partial<Services> = {
      ...silent,
      emit: this.bus.of(process),
      store: this.storage.of(process),
      queues: queuesOf(this.world, this.functions.queues, process),
      clock: process.clock,
      newId: () => `id${this.#ids++}`,
      random: draws.unit,
      warn: (message, error) =>
        this.world.tell(`${process.name} warns: ${message} ${error instanceof Error ? error.message : ''}`),
    };
    const settings = { deployment: DEPLOYMENT, queueUrlBase: 'http://127.0.0.1/' };
    const clients = {} as Clients;
    const plain = new Deployment(settings, { clients, services }).know(definitions);
    const mutated = this.#mutate.services?.(plain.services, process.name);
    const deployment =
      mutated === undefined
        ? plain
        : new Deployment(settings, { clients, services: mutated }).know(definitions);
    made = this.#mutate.deployment?.(deployment, process.name) ?? deployment;
    return made;
  }

  /** Has a process killed or stand still at some time, as the weather has it. */
  #afflict(process: Process): void {
    const { scheduler, weather } = this.world;
    const { killed, frozen } = weather.spells;
    if (this.world.strikes(this.#draws, killed)) {
      scheduler.after(this.#draws.duration(20_000), () => {
        if (this.world.now >= this.#evidence.calmFrom || process.frozen) return;
        this.world.tell(`${process.name} is killed`);
        process.die();
      });
    }
    if (this.world.strikes(this.#draws, frozen)) {
      scheduler.after(this.#draws.duration(10_000), () => {
        if (this.world.now >= this.#evidence.calmFrom || process.frozen || !process.alive) return;
        this.world.tell(`${process.name} stands still`);
        process.trouble();
        process.freeze();
        scheduler.after(this.#draws.duration(15_000), () => {
          process.trouble();
          process.thaw();
        });
      });
    }
  }

  /** Plans the outages and the deployments of a play. */
  unfold({ activeMs, changes }: Plan): void {
    planOutages(this.world, this.#draws, activeMs, this.#evidence);
    for (const change of changes) {
      this.world.scheduler.after(change.atMs, () => {
        this.world.tell(`${change.batch} changes: ${JSON.stringify(change.to)}`);
        const release = this.#releases.change(change);
        if (release) this.functions.rollOut(release);
      });
    }
  }

  /** Brings all definitions back that were removed, and has all functions run the same. */
  restore(): void {
    this.functions.update(this.#releases.restore());
  }

  /** What has not come to its end. */
  unfinished(): string[] {
    const { jobs, dead } = this.functions.queues;
    const queues = new Set([...jobs.values()].map(({ queue }) => queue)).add(dead);
    const carried = [...queues].flatMap(({ name, carriers }) =>
      carriers > 0 ? [`${name} has ${carriers} messages with items`] : [],
    );
    return [...this.storage.unfinished(), ...carried];
  }

  isDeployed(batch: string): boolean {
    return this.#releases.isDeployed(batch);
  }

  planOf(batch: string): BatchPlan | undefined {
    return this.#releases.planOf(batch);
  }
}
