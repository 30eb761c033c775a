import { batch } from 'cistern';

/** What the website tells of a click. */
export interface Click {
  readonly id: string;
  readonly page: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export const clicks = batch<Click>({
  name: 'clicks',
  maxSize: 500,
  maxWaitMs: 10_000,
  deduplicateBy: click => click.id,
  retries: { max: 5 },
  handler: () => import('./store-clicks.ts'),
});
