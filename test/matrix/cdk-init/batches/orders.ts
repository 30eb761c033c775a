import { batch } from 'cistern';

export interface Order {
  n: number;
}

export const orders = batch<Order>({
  name: 'orders',
  maxSize: 2,
  maxWaitMs: 60_000,
  handler: () => import('./handle-orders.js'),
});
