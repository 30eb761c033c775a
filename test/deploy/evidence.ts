import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from 'cistern';
import { Judge } from '../support/judge.ts';
import type { Deployed } from './deployed.ts';
import type { Item } from './item.ts';
import type { Run } from './witness.ts';

export type Send = (batch: string, items: readonly Item[]) => Promise<readonly Receipt[]>;

/** An add that was acknowledged. */
interface Acknowledged {
  readonly item: Item;
  readonly receipt: Receipt;
  readonly at: number;
}

export interface Expectation {
  /** The most that a batch may hold; of the window of each job, where they differ. */
  readonly maxSize: number | ((job: string) => number);
  readonly keyOf?: (item: Item) => string;
  /** How long everything may take to come out. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 90_000;
const POLL_MS = 500;
const BREACHES_SHOWN = 10;

/** What a definition's producers were told, to be held against what its handler saw. */
export class Evidence {
  /** What was judged, and by what. */
  static readonly #judged = new Map<Evidence, Expectation>();

  readonly batch: string;
  readonly #added: Acknowledged[] = [];

  constructor(batch: string) {
    this.batch = batch;
  }

  /** Adds items, and takes down what the producer was told. */
  async add(send: Send, items: readonly Item[]): Promise<readonly Receipt[]> {
    const receipts = await send(this.batch, items);
    if (receipts.length !== items.length)
      throw new Error(`${items.length} items, ${receipts.length} receipts.`);
    const at = Date.now();
    items.forEach((item, index) => {
      const receipt = receipts[index];
      if (receipt) this.#added.push({ item, receipt, at });
    });
    return receipts;
  }

  get accepted(): readonly Acknowledged[] {
    return this.#added.filter(({ receipt }) => !receipt.duplicate);
  }

  get duplicates(): number {
    return this.#added.length - this.accepted.length;
  }

  /** When the first item of each job was acknowledged; ms since the epoch. */
  get begun(): ReadonlyMap<string, number> {
    const begun = new Map<string, number>();
    for (const { receipt, at } of this.accepted) {
      begun.set(receipt.job, Math.min(at, begun.get(receipt.job) ?? at));
    }
    return begun;
  }

  /**
   * Judges again all that was judged before: a second batch with the same items, or another size, may have come
   * after everything had been out once.
   */
  static async judgeAllAgain(deployed: Deployed): Promise<string> {
    const judged = [...Evidence.#judged];
    await Promise.all(judged.map(([evidence, expectation]) => evidence.judge(deployed, expectation)));
    return `no batch has come twice or changed since: ${judged.map(([{ batch }]) => batch).join(', ')}`;
  }

  /** Waits until everything accepted has come out, and judges it. @throws with all breaches, in words */
  async judge(deployed: Deployed, expectation: Expectation): Promise<Run[]> {
    Evidence.#judged.set(this, expectation);
    const { maxSize, keyOf, timeoutMs = TIMEOUT_MS } = expectation;
    const deadline = Date.now() + timeoutMs;
    let runs = await deployed.runs(this.batch);
    // when the time is up, the verdict names the items that are missing
    while (!this.#allOut(runs) && Date.now() < deadline) {
      await sleep(POLL_MS);
      runs = await deployed.runs(this.batch);
    }
    const breaches = [...this.#verdict(runs, keyOf), ...tooLarge(runs, maxSize), ...this.#altered(runs)];
    if (breaches.length === 0) return runs;
    const shown = [...breaches.slice(0, BREACHES_SHOWN), ...(await this.#unseen(deployed, runs))];
    throw new Error(`${this.batch}: ${breaches.length} breaches:\n  ${shown.join('\n  ')}`);
  }

  #allOut(runs: readonly Run[]): boolean {
    const seen = new Set(runs.flatMap(({ items }) => items as Item[]).map(({ id }) => id));
    return this.accepted.every(({ item }) => seen.has(item.id));
  }

  /** How the jobs stand that were never seen. */
  async #unseen(deployed: Deployed, runs: readonly Run[]): Promise<string[]> {
    const seen = new Set(runs.map(({ job }) => job));
    const ids = new Set(this.accepted.map(({ receipt }) => receipt.job).filter(job => !seen.has(job)));
    const unseen = [...ids].slice(0, BREACHES_SHOWN);
    return Promise.all(
      unseen.map(async id => {
        const job = await deployed.job(id);
        return `job ${id} never came to its handler: ${job ? `${job.status}, ${JSON.stringify(job.error)}` : 'no record'}`;
      }),
    );
  }

  #verdict(runs: readonly Run[], keyOf?: (item: Item) => string): string[] {
    const judge = new Judge();
    const items = new Map(this.#added.map(({ item }) => [item.id, item]));
    for (const { item, receipt } of this.#added) judge.acknowledge(item.id, receipt);
    for (const run of runs) {
      judge.see(
        run.job,
        (run.items as Item[]).map(({ id }) => id),
      );
    }
    const keyOfId = (id: string): string => {
      const item = items.get(id);
      return item && keyOf ? keyOf(item) : id;
    };
    return judge.verdict(Number.POSITIVE_INFINITY, keyOf && keyOfId);
  }

  /** Items whose contents are not what was sent. */
  #altered(runs: readonly Run[]): string[] {
    const sent = new Map(this.#added.map(({ item }) => [item.id, JSON.stringify(item)]));
    return runs
      .flatMap(({ items }) => items as Item[])
      .filter(item => sent.has(item.id) && sent.get(item.id) !== JSON.stringify(item))
      .map(({ id }) => `item ${id} did not come out as it was added`);
  }
}

const tooLarge = (runs: readonly Run[], maxSize: Expectation['maxSize']): string[] => {
  const limit = (job: string) => (typeof maxSize === 'number' ? maxSize : maxSize(job));
  return runs
    .filter(({ job, items }) => items.length > limit(job))
    .map(({ job, items }) => `job ${job} has ${items.length} items, over ${limit(job)}`);
};

/** How many batches there were, by what flushed them. */
export function byReason(runs: readonly Run[]): string {
  const counts = new Map<string, number>();
  for (const { attempt, reason } of runs)
    if (attempt === 1) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} by ${reason}`).join(', ');
}
