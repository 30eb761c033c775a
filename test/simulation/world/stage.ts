import type { Definition } from '#lib/definition/options';
import { Deployment } from '#lib/deployment/deployment';
import type { Clients } from '#lib/store/clients';
import type { Services } from '#lib/store/services';
import type { Table } from '#lib/store/table-port';
import { topology } from '#lib/topology';
import { consumer } from '../../../functions/consumer.ts';
import { deadLetter } from '../../../functions/dead-letter.ts';
import { ticker } from '../../../functions/ticker.ts';
import { timer } from '../../../functions/timer.ts';
import { silent } from '../../support/silent.ts';
import { definitionOf } from '../actors/definitions.ts';
import { type BatchPlan, type Change, coherent, PACES, type Plan } from '../actors/plan.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Draws } from './draws.ts';
import { type Instance, LambdaFunction } from './lambda.ts';
import { Mapping } from './mapping.ts';
import type { Process } from './process.ts';
import { Queue } from './queue.ts';
import { type QueueSet, queuesOf } from './queues.ts';
import { Storage } from './storage.ts';
import type { World } from './world.ts';

/** A mistake that is planted in the product: what it does to a process's services, or to the table as it is used. */
export interface Mutation {
  /** @param process the name of the process whose services they are */
  readonly services?: (services: Services, process: string) => Services;
  readonly table?: (table: Table) => Table;
  /** What it edits in the texts of updates: each of them has to change something, or it is no mistake. */
  readonly edits?: readonly { readonly changed: number; readonly text: string }[];
}

const DEPLOYMENT = 'sim';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far clocks are apart: as far as nobody corrects them, and as far as one may be that nobody ever set. */
const SKEWS_MS: readonly ((draws: Draws) => number)[] = [
  draws => draws.int(-400, 400),
  draws => draws.int(-1_900, 1_900),
  draws => draws.int(-1, 1) * 3_600_000,
  draws => draws.pick([-40, 40]) * DAY_MS,
];

/** The deployed product in a simulated world: its table, queues, functions, and what invokes them. */
export class Stage {
  readonly storage: Storage;
  readonly world: World;
  readonly #evidence: Evidence;
  readonly #mutate: Mutation;
  readonly #draws: Draws;
  readonly #plans = new Map<string, BatchPlan>();
  readonly #removed = new Set<string>();
  readonly #queues: QueueSet;
  readonly #mappings = new Map<string, Mapping<Deployment>>();
  readonly #functions: LambdaFunction<Deployment>[] = [];
  #tickerAbsentUntil = 0;
  #ids = 0;
  #spareProcesses = 0;

  constructor(world: World, plan: Plan, evidence: Evidence, mutate: Mutation) {
    this.world = world;
    this.#evidence = evidence;
    this.#mutate = mutate;
    this.#draws = world.draws.of('stage');
    this.storage = new Storage(
      world,
      { eager: plan.ttlEager, everyMs: PACES[plan.pace].ttlEveryMs },
      mutate.table,
    );
    for (const batch of plan.batches) this.#deploy(batch);
    const parts = topology(DEPLOYMENT, this.definitions(world.process('topology')));
    const [jobs, dead] = [new Map<string, Queue>(), new Map<string, Queue>()];
    const timers = new Queue(world, parts.timer);
    this.#queues = { timer: timers, jobs, dead };
    const boot = (name: string) => this.#boot(name);
    const fn = (name: string, timeoutSeconds: number) => {
      const made = new LambdaFunction(world, name, timeoutSeconds * 1_000, boot);
      this.#functions.push(made);
      return made;
    };
    const timerFunction = fn('timer', parts.functions.timer.timeoutSeconds);
    new Mapping(world, {
      queue: timers,
      fn: timerFunction,
      batchSize: parts.timer.eventBatchSize,
      maxConcurrency: parts.timer.maxConcurrency,
      handle: async (deployment, event) => {
        await knowTime(deployment);
        return timer(deployment)(event);
      },
    });
    const deadFunction = fn('dead-letter', parts.functions.deadLetter.timeoutSeconds);
    for (const batch of parts.batches) {
      const deadQueue = new Queue(world, batch.dead);
      const queue = new Queue(world, batch.jobs, deadQueue);
      jobs.set(batch.batch, queue);
      dead.set(batch.batch, deadQueue);
      const mapping = new Mapping(world, {
        queue,
        fn: fn(`on-${batch.batch}`, batch.consumer.timeoutSeconds),
        batchSize: batch.jobs.eventBatchSize,
        maxConcurrency: batch.jobs.maxConcurrency,
        onChange: isFull => evidence.invocations(batch.batch, isFull),
        handle: (deployment, event, remainingMs) => {
          const definition = deployment.services.definitionOf(batch.batch);
          if (definition === undefined) throw new Error(`${batch.batch} is not deployed.`);
          return consumer(deployment, definition)(event, { getRemainingTimeInMillis: remainingMs });
        },
      });
      this.#mappings.set(batch.batch, mapping);
      new Mapping(world, {
        queue: deadQueue,
        fn: deadFunction,
        batchSize: batch.dead.eventBatchSize,
        maxConcurrency: batch.dead.maxConcurrency,
        handle: (deployment, event) => deadLetter(deployment)(event),
      });
    }
    this.#schedule(fn('ticker', parts.functions.ticker.timeoutSeconds), plan.tickEveryMs);
  }

  /** Wakes the ticker as the schedule does; now and then not for several turns. */
  #schedule(fn: LambdaFunction<Deployment>, everyMs: number): void {
    const { world } = this;
    const wake = (): void => {
      world.scheduler.after(everyMs, wake);
      if (world.strikes(this.#draws, (world.weather.spells['ticker absent'] ?? 0) * 2)) {
        this.#tickerAbsentUntil = world.now + this.#draws.int(1, 4) * everyMs;
      }
      if (world.now < this.#tickerAbsentUntil) return;
      fn.invoke(
        async deployment => {
          await knowTime(deployment);
          return ticker(deployment)();
        },
        () => {},
      );
    };
    world.scheduler.after(this.#draws.int(0, everyMs), wake);
  }

  /** All definitions that are deployed, as a process knows them. */
  definitions(process: Process): Definition[] {
    const workplace = {
      process,
      evidence: this.#evidence,
      draws: this.world.draws.of(`work ${process.name}`),
      troubled: () => this.world.now < this.#evidence.calmFrom,
    };
    return [...this.#plans.values()]
      .filter(({ name }) => !this.#removed.has(name))
      .map(plan => definitionOf(plan, workplace));
  }

  /** A process outside of Lambda, with what is deployed now: it gets no newer definitions. */
  start(name: string): Instance<Deployment> {
    const spells = this.world.weather.spells;
    const apart = this.world.strikes(this.#draws, spells['clocks apart'] === undefined ? 0 : 0.5);
    const process = this.world.process(name, apart ? this.#draws.pick(SKEWS_MS)(this.#draws) : 0);
    return { process, made: this.#deployment(process) };
  }

  #boot(name: string): Instance<Deployment> {
    const { process, made } = this.start(name);
    this.#afflict(process);
    return { process, made };
  }

  /** A process that nothing happens to, and that is not seen: for who looks at the end. */
  observer(): Deployment {
    const process = this.world.process(`observer${this.#spareProcesses++}`);
    return this.#deployment(process);
  }

  #deployment(process: Process): Deployment {
    const definitions = this.definitions(process);
    const draws = this.world.draws.of(`random ${process.name}`);
    const services: Partial<Services> = {
      ...silent,
      store: this.storage.of(process),
      queues: queuesOf(this.world, this.#queues, process),
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
    if (mutated === undefined) return plain;
    return new Deployment(settings, { clients, services: mutated }).know(definitions);
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
  unfold(plan: Plan): void {
    const { scheduler, weather } = this.world;
    const { activeMs } = plan;
    const spells = weather.spells;
    const outage = (chance: number | undefined, hits: (where: string, part: number) => boolean): void => {
      const stretch = Math.max(MINUTE_MS / 3, activeMs / 30);
      for (let minute = 0; minute < activeMs; minute += stretch) {
        if (!this.world.strikes(this.#draws, chance)) continue;
        const [at, length] = [minute + this.#draws.int(0, stretch), 500 + this.#draws.duration(10_000)];
        scheduler.after(at, () => {
          if (this.world.now >= this.#evidence.calmFrom) return;
          this.world.tell('an outage begins');
          this.world.refuse(length, hits);
        });
      }
    };
    outage(spells['store outage'], where => where.startsWith('table'));
    outage(spells['queue outage'], where => where.startsWith('queues'));
    const [part, writes] = [this.#draws.int(0, 7), this.#draws.chance(0.5)];
    outage(
      spells['partition throttled'],
      (where, at) => where.startsWith('table') && at === part && (!writes || /update|putNew/.test(where)),
    );
    for (const change of plan.changes) scheduler.after(change.atMs, () => this.#change(change));
  }

  #change({ batch, to }: Change): void {
    const plan = this.#plans.get(batch);
    if (plan === undefined) return;
    if (to === 'removed') {
      this.world.tell(`${batch} is removed`);
      this.#removed.add(batch);
      this.#evidence.removed.add(batch);
      this.#renew(batch);
      return;
    }
    this.world.tell(`${batch} changes: ${JSON.stringify(to)}`);
    this.#deploy(coherent({ ...plan, ...to }));
    this.#renew(batch);
  }

  /** Brings all definitions back that were removed. */
  restore(): void {
    for (const batch of [...this.#removed]) {
      this.#removed.delete(batch);
      this.#renew(batch);
    }
  }

  #deploy(plan: BatchPlan): void {
    this.#plans.set(plan.name, plan);
    this.#removed.delete(plan.name);
    const plans = this.#evidence.plans.get(plan.name) ?? [];
    plans.push({ from: this.world.now, plan });
    this.#evidence.plans.set(plan.name, plans);
  }

  #renew(batch: string): void {
    const mapping = this.#mappings.get(batch);
    if (mapping) mapping.enabled = !this.#removed.has(batch);
    for (const fn of this.#functions) fn.replace();
  }

  isDeployed(batch: string): boolean {
    return this.#plans.has(batch) && !this.#removed.has(batch);
  }

  planOf(batch: string): BatchPlan | undefined {
    return this.#plans.get(batch);
  }
}

/** As Deployment.knowTime does, which leaves a clock alone that it is given. */
async function knowTime({ services }: Deployment): Promise<void> {
  await services.store.controls.readControl('').catch(() => {});
}
