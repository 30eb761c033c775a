import type { Budget } from './actors/plan.ts';

/** The line that plays a seed again. */
export const replayOf = (seed: number, budget?: Budget): string =>
  `npm run simulate -- --seed ${seed}${budget && Object.keys(budget).length > 0 ? ` --only '${JSON.stringify(budget)}'` : ''}`;
