import { type BatchContext, type BatchOptions, batch, type Receipt } from 'cistern';
import { type BatchOperations, operationsOf } from '#lib/batch-operations';
import type { JobInfo } from '#lib/definition/job-info';
import type { Definition } from '#lib/definition/options';
import type { Deployment } from '#lib/deployment/deployment';
import { addTold } from './add-told.ts';
import { World } from './world.ts';

export interface SceneItem {
  readonly id: string;
}

export type SceneContext = BatchContext<SceneItem>;
export type SceneOptions = (scene: JobScene) => Partial<Omit<BatchOptions<SceneItem>, 'handler'>> & {
  readonly handler: (context: SceneContext) => unknown;
};

/** What a handler was given, by job, in order. */
export interface Run {
  readonly job: string;
  readonly ids: readonly string[];
}

/** One batch in a deployment of its own, with all that its handlers were given, and a judge's view of its records. */
export class JobScene {
  readonly definition: Definition;
  readonly runs: Run[] = [];
  readonly onDeadCalls: Run[] = [];
  readonly acknowledged = new Map<string, Receipt>();
  readonly breaches: string[] = [];
  world!: World;

  constructor(options: SceneOptions) {
    const { handler, ...others } = options(this);
    this.definition = batch<SceneItem>({
      name: 'scene',
      maxSize: 3,
      maxWaitMs: 500,
      ...others,
      handler: async context => {
        await this.#checkGiven(context);
        this.runs.push({ job: context.id, ids: context.batch.map(({ id }) => id) });
        return handler(context);
      },
    }) as unknown as Definition;
  }

  begin(): void {
    this.world = new World([this.definition]);
  }

  operations(deployment: Deployment = this.world.healthy): BatchOperations<SceneItem> {
    return operationsOf<SceneItem>(deployment, this.definition);
  }

  /** Adds items, and takes down what the producer is told. */
  add(deployment: Deployment, ...ids: string[]): Promise<void> {
    return addTold(deployment, this.definition, ids, (id, receipt) => this.acknowledged.set(id, receipt));
  }

  /** The job that an item was acknowledged for. */
  jobOf(id: string): string {
    return this.acknowledged.get(id)?.job ?? 'none';
  }

  /** What a job's handler was given, run by run. */
  runsOf(job: string): (readonly string[])[] {
    return this.runs.filter(run => run.job === job).map(({ ids }) => ids);
  }

  async job(id: string): Promise<JobInfo | undefined> {
    return this.operations().getJob(id);
  }

  /** A job's items by what has become of them: `a done, b dead`. */
  async states(id: string): Promise<string> {
    const items = await this.operations().getJobItems(id);
    return items.map(({ item, state }) => `${item.id} ${state}`).join(', ');
  }

  /** Law: a handler is given exactly what its job's record does not say is settled. */
  async #checkGiven({ id, batch: given }: SceneContext): Promise<void> {
    const items = await this.operations().getJobItems(id);
    const pending = items.filter(({ state }) => state === 'pending').map(({ item }) => item.id);
    const ids = given.map(item => item.id);
    if (`${pending}` !== `${ids}`) this.breaches.push(`job ${id} was given ${ids}, pending were ${pending}`);
  }

  /** Laws: nothing acknowledged is lost, and nothing is left behind in the due index. */
  async verdict(): Promise<string[]> {
    const breaches: string[] = [];
    for (const [id, { job, duplicate }] of this.acknowledged) {
      const seen = this.runsOf(job).flat();
      const there = seen.some(other => other === id || other.startsWith(`${id}#`));
      if (!duplicate && !there) breaches.push(`acknowledged item ${id} was never handled`);
    }
    for (const entry of await this.world.leftBehind()) breaches.push(`left behind: ${entry}`);
    return breaches;
  }
}
