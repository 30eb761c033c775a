import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { answering } from '#lib/deployment/answering';
import type { Deployment } from '#lib/deployment/deployment';
import type { Topology } from '#lib/topology';
import { admin } from '../../../functions/admin.ts';
import { adminHttp } from '../../../functions/admin-http.ts';
import { consumer } from '../../../functions/consumer.ts';
import { deadLetter } from '../../../functions/dead-letter.ts';
import { type IngestEvent, ingest } from '../../../functions/ingest.ts';
import { ticker } from '../../../functions/ticker.ts';
import { timer } from '../../../functions/timer.ts';
import type { Evidence } from '../judge/evidence.ts';
import type { Draws } from './draws.ts';
import { eventOf, type HttpAnswer, type Server } from './http.ts';
import { type Instance, LambdaFunction } from './lambda.ts';
import { Mapping } from './mapping.ts';
import type { Process } from './process.ts';
import { Queue } from './queue.ts';
import type { QueueSet } from './queues.ts';
import type { Release } from './releases.ts';
import type { World } from './world.ts';

/** What functions are made of. */
export interface FunctionsProps {
  readonly world: World;
  readonly evidence: Evidence;
  readonly parts: Topology;
  readonly release: Release;
  /** Starts a process of a function, with a release's definitions. */
  readonly boot: (name: string, release: Release) => Instance<Deployment>;
  readonly tickEveryMs: number;
}

/** A function, and the release that it has. */
interface Deployed {
  readonly fn: { replace(): void; readonly running: number };
  release: Release;
  readonly updated?: (release: Release) => void;
}

/** How long after a deployment has begun a function has its new code. */
const ROLLS_OUT_MS = 20_000;

/** The functions of the deployment, and what invokes them: queues, a schedule, an HTTP API. */
export class Functions {
  readonly queues: QueueSet;
  readonly ingest: LambdaFunction<Server>;
  readonly admin: LambdaFunction<Server>;
  readonly #props: FunctionsProps;
  readonly #draws: Draws;
  readonly #deployed: Deployed[] = [];
  #tickerAbsentUntil = 0;

  constructor(props: FunctionsProps) {
    this.#props = props;
    const { world, evidence, parts } = props;
    this.#draws = world.draws.of('functions');
    const jobs = new Map<string, { readonly queue: Queue; readonly pool: string | undefined }>();
    const timers = new Queue(world, parts.timer);
    const dead = new Queue(world, parts.dead);
    this.queues = { timer: timers, jobs, dead };
    const { functions } = parts;
    new Mapping(world, {
      queue: timers,
      fn: this.#function('timer', functions.timer.timeoutSeconds, made => made),
      batchSize: parts.timer.eventBatchSize,
      maxConcurrency: parts.timer.maxConcurrency,
      handle: (deployment, event) =>
        answers(deployment, async () => {
          await knowTime(deployment);
          return timer(deployment)(event);
        }),
    });
    for (const { batches, pool, token, jobs: settings, function: runner } of parts.consumers) {
      const queue = new Queue(world, settings, dead);
      for (const batch of batches) jobs.set(batch, { queue, pool });
      const mapping: Mapping<Deployment> = new Mapping(world, {
        queue,
        fn: this.#function(
          `on-${token}`,
          runner.timeoutSeconds,
          made => made,
          ({ plans }) => {
            mapping.enabled = plans.some(({ name }) => batches.includes(name));
          },
        ),
        batchSize: settings.eventBatchSize,
        maxConcurrency: settings.maxConcurrency,
        onChange: isFull => {
          for (const batch of batches) evidence.invocations(batch, isFull);
        },
        handle: (deployment, event, remainingMs) => {
          const known = batches.map(batch => deployment.services.definitionOf(batch));
          const [own, ...others] = known.filter(definition => definition !== undefined);
          if (own === undefined) throw new Error(`${batches.join(', ')}: none is deployed.`);
          return answers(deployment, () =>
            consumer(deployment, own, ...others)(event, { getRemainingTimeInMillis: remainingMs }),
          );
        },
      });
    }
    new Mapping(world, {
      queue: dead,
      fn: this.#function('dead-letter', functions.deadLetter.timeoutSeconds, made => made),
      batchSize: parts.dead.eventBatchSize,
      maxConcurrency: parts.dead.maxConcurrency,
      handle: (deployment, event) => answers(deployment, () => deadLetter(deployment)(event)),
    });
    this.ingest = this.#function('ingest', functions.ingest.timeoutSeconds, (deployment, process) => {
      const handle = ingest(deployment, deployment.services.definitions());
      const answer = async (event: APIGatewayProxyEventV2) => (await handle(event)) as HttpAnswer;
      // what only HTTP needs is loaded with the first request, and how long that takes is nothing that a seed decides
      const loaded = world.scheduler.hold(answer(eventOf({ method: 'GET', path: '/health' })));
      const { definitionOf } = deployment.services;
      return {
        answer: event => loaded.then(() => answer(event)),
        invoked: event => loaded.then(() => handle(event as IngestEvent)),
        definitionOf,
        process,
      };
    });
    this.admin = this.#function('admin', functions.adminHttp.timeoutSeconds, (deployment, process) => {
      const handle = adminHttp(deployment, deployment.services.definitions());
      const { definitionOf } = deployment.services;
      return {
        answer: event => answers(deployment, async () => (await handle(event)) as HttpAnswer),
        // each action has a function of its own; here one process plays them all
        invoked: (event, action = 'status') =>
          answers(deployment, () => admin(deployment, deployment.services.definitions(), action)(event)),
        definitionOf,
        process,
      };
    });
    this.#wake(this.#function('ticker', functions.ticker.timeoutSeconds, made => made));
  }

  /** Whether no invocation is under way. */
  get areIdle(): boolean {
    return this.#deployed.every(({ fn }) => fn.running === 0);
  }

  #function<T>(
    name: string,
    timeoutSeconds: number,
    serve: (deployment: Deployment, process: Process) => T,
    updated?: (release: Release) => void,
  ): LambdaFunction<T> {
    const { world, boot, release } = this.#props;
    const fn = new LambdaFunction<T>(world, name, timeoutSeconds * 1_000, instance => {
      const { process, made } = boot(instance, deployed.release);
      return { process, made: serve(made, process) };
    });
    const deployed: Deployed = { fn, release, ...(updated && { updated }) };
    this.#deployed.push(deployed);
    return fn;
  }

  /** Wakes the ticker as the schedule does; now and then not for several turns. */
  #wake(fn: LambdaFunction<Deployment>): void {
    const { world, tickEveryMs: everyMs } = this.#props;
    const wake = (): void => {
      world.scheduler.after(everyMs, wake);
      if (world.strikes(this.#draws, (world.weather.spells['ticker absent'] ?? 0) * 2)) {
        this.#tickerAbsentUntil = world.now + this.#draws.int(1, 4) * everyMs;
      }
      if (world.now < this.#tickerAbsentUntil) return;
      fn.invoke(
        deployment =>
          answers(deployment, async () => {
            await knowTime(deployment);
            return ticker(deployment)();
          }),
        () => {},
      );
    };
    world.scheduler.after(this.#draws.int(0, everyMs), wake);
  }

  /** Gives each function a release, one after the other: for a while some run older code than others. */
  rollOut(release: Release): void {
    for (const deployed of this.#deployed) {
      this.#props.world.scheduler.after(this.#draws.int(0, ROLLS_OUT_MS), () => update(deployed, release));
    }
  }

  /** Gives all functions a release at once. */
  update(release: Release): void {
    for (const deployed of this.#deployed) update(deployed, release);
  }
}

function update(deployed: Deployed, release: Release): void {
  if (deployed.release.number >= release.number) return;
  deployed.release = release;
  deployed.updated?.(release);
  deployed.fn.replace();
}

/** As functions/lambda has every entry answer: when nothing that it has taken is in its process alone. */
const answers = <R>(deployment: Deployment, work: () => Promise<R>): Promise<R> =>
  answering(() => deployment, work);

/** As Deployment.knowTime does, which leaves a clock alone that it is given. */
async function knowTime({ services }: Deployment): Promise<void> {
  await services.store.controls.readControl('').catch(() => {});
}
