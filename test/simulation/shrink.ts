import { type Budget, planOf, REMOVABLE } from './actors/plan.ts';
import { play } from './play.ts';

/** Plays that are made to shrink one. */
const TRIES = 150;

/** Makes a failing play smaller, step by step, as long as it breaks the same promise. */
export async function shrink(seed: number, promise: string, from: Budget = {}): Promise<Budget> {
  let budget = from;
  let tries = 0;
  const fails = async (candidate: Budget): Promise<boolean> => {
    if (tries >= TRIES) return false;
    tries += 1;
    return (await play(seed, { budget: candidate })).breaches.some(breach => breach.promise === promise);
  };
  const take = async (candidate: Budget): Promise<boolean> => {
    if (!(await fails(candidate))) return false;
    budget = candidate;
    return true;
  };
  const plan = planOf(seed, budget);
  for (const [at] of plan.batches.entries()) await take({ ...budget, batches: [at] });
  for (const name of ['operations', 'changes', 'faults'] as const) await take({ ...budget, [name]: 0 });
  for (const name of REMOVABLE) await take({ ...budget, without: [...(budget.without ?? []), name] });
  for (const [name, most] of [
    ['producers', plan.producers],
    ['adds', plan.adds],
    ['operations', plan.operations],
    ['changes', plan.changes.length],
  ] as const) {
    for (let less = Math.floor(most / 2), now = most; now > 1 && less < now; ) {
      if (await take({ ...budget, [name]: less })) [now, less] = [less, Math.floor(less / 2)];
      else if (less === now - 1) break;
      else less = Math.max(less + 1, Math.floor((less + now) / 2));
    }
  }
  return budget;
}
