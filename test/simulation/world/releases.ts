import { type BatchPlan, coherent } from '../actors/batch-plan.ts';
import type { Change } from '../actors/changes.ts';
import type { Evidence } from '../judge/evidence.ts';

/** All definitions of one deployment. */
export interface Release {
  /** Later ones have greater numbers. */
  readonly number: number;
  readonly plans: readonly BatchPlan[];
}

/** What has been deployed, one release after the other. */
export class Releases {
  readonly #evidence: Evidence;
  readonly #plans = new Map<string, BatchPlan>();
  readonly #removed = new Set<string>();
  #number = 0;

  constructor(evidence: Evidence, batches: readonly BatchPlan[]) {
    this.#evidence = evidence;
    for (const batch of batches) this.#put(batch);
  }

  get present(): Release {
    const plans = [...this.#plans.values()].filter(({ name }) => !this.#removed.has(name));
    return { number: this.#number, plans };
  }

  isDeployed(batch: string): boolean {
    return this.#plans.has(batch) && !this.#removed.has(batch);
  }

  planOf(batch: string): BatchPlan | undefined {
    return this.#plans.get(batch);
  }

  /** Deploys a change. Returns undefined where it is of no batch of the play. */
  change({ batch, to }: Change): Release | undefined {
    const plan = this.#plans.get(batch);
    if (plan === undefined) return undefined;
    if (to === 'removed') {
      this.#removed.add(batch);
      this.#evidence.removed.add(batch);
    } else {
      this.#removed.delete(batch);
      this.#put(coherent({ ...plan, ...to }));
    }
    this.#number += 1;
    return this.present;
  }

  /** Brings all definitions back that were removed. */
  restore(): Release {
    this.#removed.clear();
    this.#number += 1;
    return this.present;
  }

  #put(plan: BatchPlan): void {
    this.#plans.set(plan.name, plan);
    const plans = this.#evidence.plans.get(plan.name) ?? [];
    plans.push({ from: this.#evidence.world.now, plan });
    this.#evidence.plans.set(plan.name, plans);
  }
}
