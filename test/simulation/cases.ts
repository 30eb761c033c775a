import { type Budget, REMOVABLE } from './actors/plan.ts';

/** A play that has found a fault. It is played for ever, by the promise that holds now. */
export interface NamedCase {
  readonly name: string;
  readonly seed: number;
  readonly budget: Budget;
}

/** What operators could ask when these cases were found. A play picks of the list, so that a longer one is another play. */
const OPERATE: readonly string[] = [
  'pause',
  'pause ingestion',
  'resume',
  'flush',
  'flush by force',
  'drain',
  'startDrain',
  'status',
  'getJobs',
  'redriveAll',
  'redrive',
  'getJobItems',
  'purge',
];

export const CASES: readonly NamedCase[] = [
  {
    name: 'a death in the last attempt keeps what had been given up before',
    seed: 188,
    budget: { habits: { failsItems: 0.8, dies: 0.3 }, operate: OPERATE },
  },
  {
    name: 'a redrive does not drop an onDead that is owed',
    seed: 426,
    budget: { focus: { dead: 'onDead' }, habits: { throws: 0.6 }, operate: ['redriveAll'] },
  },
  {
    name: 'a job that waits for a permit does not begin after a pause',
    seed: 170,
    budget: {
      focus: { concurrency: 1 },
      habits: { workMs: 3_000 },
      operate: ['pause'],
      operations: 3,
      calm: true,
    },
  },
  {
    name: 'a retry’s delay does not wait for hooks',
    seed: 39,
    budget: {
      focus: { hooks: true, throttle: undefined },
      habits: { throws: 0.5 },
      calm: true,
      operate: OPERATE,
    },
  },
  {
    name: 'nothing of a batch that is held back for months expires',
    seed: 8,
    budget: { pace: 'months', operate: ['pause'], operations: 3 },
  },
  {
    name: 'a flush that a pause has stopped says so',
    seed: 5000380,
    budget: { batches: [2], adds: 3, operations: 4, changes: 0, without: REMOVABLE, operate: OPERATE },
  },
  {
    name: 'a batch that comes back is sent no job whose items only its first message has',
    seed: 4760188,
    budget: { operate: OPERATE },
  },
  {
    name: 'a drain waits for a job that the index does not show yet',
    seed: 4810025,
    budget: { operate: OPERATE },
  },
  {
    name: 'a request is not answered for what an earlier one has left in memory',
    seed: 9557,
    budget: {},
  },
  {
    name: 'windows of one partition of a throttle’s line are not overtaken by those of the others',
    seed: 9653,
    budget: { operate: [...OPERATE, 'redriveJobs', 'findErrors', 'peek', 'findItem'] },
  },
  {
    name: 'a window whose timer came a moment before its turn gets another turn',
    seed: 7000931,
    budget: {},
  },
];
