import { batch } from 'cistern';

/** What the command line's tests run the embedded stack with. */
export const clicks = batch<{ id: string }>({
  name: 'clicks',
  maxSize: 3,
  maxWaitMs: 60_000,
  deduplicateBy: ({ id }) => id,
  handler: () => {},
});
