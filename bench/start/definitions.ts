import { batch } from 'cistern';

export const bench = batch<{ n: number }>({
  name: 'bench',
  maxSize: 100,
  maxWaitMs: 60_000,
  handler: () => {},
});
