import { batch } from 'cistern';

/** What a page tells of a click. */
export interface Click {
  /** Drawn by the page, so that a click that is sent twice is counted once. */
  readonly id: string;
  readonly button: string;
  /** Milliseconds since the epoch, by the browser's clock. */
  readonly at: number;
}

/** A browser can send anything: what is no click ends its request, and nothing of it is stored. */
function groupOf(click: Partial<Click>): string {
  if (typeof click.id === 'string' && typeof click.button === 'string' && click.button.length <= 100) {
    return click.button;
  }
  throw new TypeError('A click has an id and a button.');
}

export const clicks = batch<Click>({
  name: 'clicks',
  maxSize: 500,
  maxWaitMs: 2_000,
  groupBy: groupOf,
  // a page sends again what it has no answer for
  deduplicateBy: { key: click => click.id, ttlMs: 3_600_000 },
  retries: { max: 5 },
  handler: async ({ groupKey, batchSize, log }) => {
    await log.info('clicks were counted', { button: groupKey, clicks: batchSize });
  },
});
