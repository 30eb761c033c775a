import type { Receipt } from 'cistern';
import type { Judge } from './judge.ts';
import type { MemoryWork } from './memory-work.ts';

/** Adds so many items to a group, all with ids of their own, and has a judge take their receipts down. */
export function judgedAdds(
  work: MemoryWork,
  definition: object,
  judge: Judge,
): (group: string, count: number) => Promise<Receipt[]> {
  let next = 0;
  return async (group, count) => {
    const items = Array.from({ length: count }, () => ({ id: String(next++), group }));
    const receipts = await work.add(definition, items);
    receipts.forEach((receipt, at) => {
      judge.acknowledge(items[at]?.id ?? '', receipt);
    });
    return receipts;
  };
}
