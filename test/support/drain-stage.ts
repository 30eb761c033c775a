import { type BatchEvent, batch } from 'cistern';
import type { BatchOptions } from '#lib/definition/options';
import { Judge } from './judge.ts';
import { judgedAdds } from './judged-adds.ts';
import { MemoryWork } from './memory-work.ts';

interface Item {
  readonly id: string;
  readonly group: string;
}

/** A batch in memory, by groups, that is about to be drained. */
export function drainStage(options: Partial<BatchOptions<Item>> = {}) {
  const judge = new Judge();
  const events: BatchEvent[] = [];
  const definition = batch<Item>({
    name: 'drained',
    maxSize: 5,
    maxWaitMs: 600_000,
    groupBy: ({ group }) => group,
    handler: judge.handler,
    events: true,
    ...options,
  });
  const work = new MemoryWork([definition], { emit: async event => void events.push(event) });
  const add = judgedAdds(work, definition, judge);
  return { judge, work, add, events, operations: work.of<Item>(definition), clock: work.memory.clock };
}
