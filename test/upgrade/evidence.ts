import type { BatchContext, Receipt } from 'cistern';
import type { Thing } from './definitions.ts';
import type { Process } from './stage.ts';

/** An item that somebody was told is stored. */
export interface Acknowledged extends Receipt {
  readonly batch: string;
  readonly id: string;
}

/** A run of a handler: what it was given, and what of that it has done. */
export interface Run {
  readonly batch: string;
  readonly job: string;
  readonly ids: readonly string[];
  readonly done: readonly string[];
}

/** What producers were told and handlers saw, over all versions that a table has had. */
export class Evidence {
  readonly acknowledged: Acknowledged[];
  readonly runs: Run[];
  /** Jobs whose onDead was called and has returned, with the items that it got. */
  readonly onDeadCalls: Run[];

  constructor(before: Pick<Evidence, 'acknowledged' | 'runs' | 'onDeadCalls'> = NOTHING) {
    this.acknowledged = [...before.acknowledged];
    this.runs = [...before.runs];
    this.onDeadCalls = [...before.onDeadCalls];
  }

  /** Adds items by a process, in one bulk. */
  async add({ deployment, definitions }: Process, batch: string, ...things: Thing[]): Promise<void> {
    const definition = definitions.find(({ name }) => name === batch);
    if (definition === undefined) throw new Error(`There is no batch ${batch}.`);
    const receipts = await deployment.add(definition, things);
    receipts.forEach((receipt, at) => {
      this.acknowledged.push({ batch, id: things[at]?.id ?? '', ...receipt });
    });
  }

  /** Takes a run down whose handler does all but what it says it fails. */
  run(batch: string, { id: job, batch: things }: BatchContext<Thing>, fails: (id: string) => boolean): void {
    const ids = things.map(({ id }) => id);
    this.runs.push({ batch, job, ids, done: ids.filter(id => !fails(id)) });
  }

  /**
   * The breaches of what is promised, in words: each acknowledged item is done in exactly one batch, which is the one
   * that its receipt names, in the order of their slots; a duplicate is in none; no batch is over its size.
   *
   * @param maxSizeOf the cap of a batch's windows
   * @param besides items that are to be done by nobody, such as those that a hook left out
   */
  verdict(maxSizeOf: (batch: string) => number, besides: (batch: string, id: string) => boolean): string[] {
    const breaches: string[] = [];
    const slots = new Map(this.acknowledged.map(({ batch, id, slot }) => [`${batch} ${id}`, slot]));
    for (const { batch, job, ids } of this.runs) {
      const places = ids.map(id => slots.get(`${batch} ${id}`) ?? -1);
      if (places.some((slot, at) => at > 0 && slot <= (places[at - 1] ?? -1))) {
        breaches.push(`job ${job} of ${batch} is out of order: ${ids}`);
      }
      if (ids.length > maxSizeOf(batch)) breaches.push(`job ${job} of ${batch} has ${ids.length} items`);
    }
    for (const { batch, id, job, duplicate } of this.acknowledged) {
      const done = [...this.runs, ...this.onDeadCalls].filter(
        run => run.batch === batch && run.done.includes(id),
      );
      const wanted = duplicate || besides(batch, id) ? 0 : 1;
      if (done.length !== wanted) breaches.push(`${id} of ${batch} was done ${done.length} times`);
      if (done.some(run => run.job !== job)) breaches.push(`${id} of ${batch} was not done in ${job}`);
    }
    return breaches;
  }
}

const NOTHING = { acknowledged: [], runs: [], onDeadCalls: [] };
