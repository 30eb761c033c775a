import { batch } from 'cistern';

export interface Order {
  readonly id: string;
  readonly total: number;
}

/** Gathers orders: 100 at a time, or what has come within two seconds. */
export const orders = batch<Order, { stored: number }>({
  name: 'orders',
  maxSize: 100,
  maxWaitMs: 2_000,
  deduplicateBy: order => order.id,
  retries: { max: 3 },
  handler: async ({ batch }) => {
    // one statement of your database for all of them comes here
    console.log(`storing ${batch.length} orders`);
    return { stored: batch.length };
  },
});
