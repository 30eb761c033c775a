import pLimit from 'p-limit';
import type { Deployed } from '../deployed.ts';
import { byReason, Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';
import { bulks } from './over-http.ts';

const MAX_SIZE = 250;
const BULK = 90;
const PARALLEL_INVOCATIONS = 3;

/** Flights by invoking the ingest function: full batches by size, and what is left by time. */
export async function byInvocation(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const evidence = new Evidence('all.arrivals');
  const invoke: Send = (batch, part) => deployed.invoke(batch, part);
  const limit = pLimit(PARALLEL_INVOCATIONS);
  await Promise.all(bulks(items, BULK).map(part => limit(() => evidence.add(invoke, part))));
  const runs = await evidence.judge(deployed, { maxSize: MAX_SIZE });
  return `${items.length} items by invocation, each in its batch; batches: ${byReason(runs)}`;
}
