import type { Deployed } from '../deployed.ts';
import { byReason, Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';
import { bulks } from './over-http.ts';

const BULK = 15;

/** Items that a function of the user's own adds. It knows the deployment by `Cistern.fromDeployment` alone. */
export async function byProducer(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const produce: Send = async (_, part) => (await deployed.produce(part)).receipts;
  const evidence = new Evidence('produced');
  for (const part of bulks(items, BULK)) await evidence.add(produce, part);
  const runs = await evidence.judge(deployed, { maxSize: 20 });
  return `${items.length} items by a producer of another construct; batches: ${byReason(runs)}`;
}
