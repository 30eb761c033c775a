import { openSync, writeSync } from 'node:fs';
import { type BatchContext, type BatchOptions, batch, type Receipt } from 'cistern';
import { startLocal } from 'cistern/local';
import { KEYS, MAX_SIZE } from './definitions.ts';

/**
 * A local stack with a data directory, in a process that is killed. It tells all that it is told and sees by a file, to
 * which each line is written at once.
 */
export interface KilledTask {
  readonly dataDir: string;
  /** Where it tells. */
  readonly evidence: string;
  /** What its items' ids begin with. Undefined: it adds nothing, waits until all is done, and ends. */
  readonly prefix: string | undefined;
}

/** A line that it tells. */
export type Evidence =
  | { readonly event: 'ready' }
  | { readonly event: 'acknowledged'; readonly id: string; readonly receipt: Receipt }
  | { readonly event: 'run'; readonly job: string; readonly items: readonly string[] }
  | { readonly event: 'idle'; readonly jobs: readonly { readonly id: string; readonly status: string }[] }
  | { readonly event: 'not idle'; readonly message: string };

interface Item {
  readonly id: string;
  readonly group: string;
}

const task = JSON.parse(process.argv[2] ?? '') as KilledTask;
// whoever started it is gone: so is the need for it
process.once('disconnect', () => process.exit());
const file = openSync(task.evidence, 'a');
const tell = (line: Evidence) => writeSync(file, `${JSON.stringify(line)}\n`);

const handler = ({ id, batch: items }: BatchContext<Item>): void => {
  tell({ event: 'run', job: id, items: items.map(item => item.id) });
};
const options: Omit<BatchOptions<Item>, 'name' | 'handler'> = {
  maxSize: MAX_SIZE,
  maxWaitMs: 150,
  lockTtlMs: 5_000,
  retries: { max: 100, strategy: 'fixed', baseDelay: 50 },
};
const definitions = [
  batch<Item>({ ...options, name: 'plain', handler }),
  batch<Item>({ ...options, name: 'grouped', groupBy: ({ group }) => group, ordered: true, handler }),
  batch<Item>({ ...options, name: 'unique', deduplicateBy: ({ id }) => keyOf(id), handler }),
  batch<Item>({
    ...options,
    name: 'flaky',
    async handler(context) {
      handler(context);
      await new Promise(resolve => setTimeout(resolve, 5));
      if (context.attempt === 1) throw new Error('not yet');
    },
  }),
];

const local = await startLocal({ batches: definitions, port: 0, dataDir: task.dataDir });
tell({ event: 'ready' });
if (task.prefix === undefined) {
  let idle: string | undefined = 'It was never idle.';
  // locks of the killed run out, and what they kept waiting is looked at again: an hour for it is enough
  for (let minutes = 0; minutes < 60 && idle !== undefined; minutes++) {
    idle = await local.idle({ timeoutMs: 3_000 }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (idle !== undefined) await local.advance(60_000);
  }
  if (idle === undefined)
    tell({ event: 'idle', jobs: (await local.jobs()).map(({ id, status }) => ({ id, status })) });
  else tell({ event: 'not idle', message: idle });
  await local.stop();
  process.disconnect();
} else {
  const { prefix } = task;
  let next = 0;
  const produce = async (definition: (typeof definitions)[number], bulk: number) => {
    for (;;) {
      const items = Array.from({ length: bulk }, () => {
        next += 1;
        return { id: `${prefix}.${next}/${next % KEYS}`, group: `g${next % 3}` };
      });
      const receipts = await definition.addBulk(items);
      for (const [at, receipt] of receipts.entries()) {
        tell({ event: 'acknowledged', id: items[at]?.id ?? '', receipt });
      }
    }
  };
  await Promise.all(definitions.flatMap(definition => [1, 1, 1, 5].map(bulk => produce(definition, bulk))));
}

/** An item's dedup key, which is in its id. */
function keyOf(id: string): string {
  return id.split('/')[1] ?? '';
}
