import type { BatchContext } from 'cistern';
import type { Order } from './orders';

export default async ({ batch }: BatchContext<Order>) => {
  console.log(`handled ${batch.map(({ n }) => n).join()}`);
};
