import type { Deployed } from '../deployed.ts';
import { Evidence, type Send } from '../evidence.ts';
import type { Item } from '../item.ts';

const MAX_SIZE = 20;

/** Items of two definitions that share a consumer: each definition's handler gets its own. */
export async function inAPool(deployed: Deployed, items: readonly Item[]): Promise<string> {
  const invoke: Send = (batch, part) => deployed.invoke(batch, part);
  const half = Math.floor(items.length / 2);
  const batches = [new Evidence('pooled.one'), new Evidence('pooled.two')];
  await Promise.all(
    batches.map((evidence, at) => evidence.add(invoke, at === 0 ? items.slice(0, half) : items.slice(half))),
  );
  const runs = await Promise.all(batches.map(evidence => evidence.judge(deployed, { maxSize: MAX_SIZE })));
  return `${items.length} items of two definitions in a pool, in ${runs.flat().length} batches of their own`;
}
