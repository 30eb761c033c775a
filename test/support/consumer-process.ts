import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchContext, type BatchOptions, batch, configure, type Settings } from 'cistern';
import type { Definition } from '#lib/definition/options';
import { createClients } from '#lib/store/create-clients';
import { topology } from '#lib/topology';
import { consumer } from '../../functions/consumer.ts';
import { queueSource } from '../../local/event-sources/queue-source.ts';
import { sqsReceiver } from '../../local/event-sources/sqs-receiver.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * A consumer in a process of its own: polls the job queue of a batch as Lambda's event source does, and prints what
 * its handler goes through, a line each. Its argument is a `ConsumerTask` as JSON.
 */
export interface ConsumerTask {
  readonly settings: Settings;
  /** The batch's options; functions do not get through JSON, and are not needed to consume. */
  readonly options: Omit<BatchOptions<ProcessItem>, 'handler'>;
  readonly handler: ChosenHandler;
}

export interface ProcessItem {
  readonly id: string;
  readonly group?: string;
}

/** What the handler does. */
export interface ChosenHandler {
  /** Milliseconds that it takes, deaf to its signal. */
  readonly takesMs?: number;
  readonly misbehaves?: {
    readonly by: 'hanging' | 'throwing' | 'exiting' | 'hoarding memory';
    /** In so many first attempts. Default: in all. */
    readonly attempts?: number;
    /** With batches that hold this item. Default: with all. */
    readonly with?: string;
  };
}

/** A line that it prints; times are in ms of a clock that all processes of this machine share. */
export type ConsumerLine =
  | { readonly event: 'ready' }
  | {
      readonly event: 'start';
      readonly run: number;
      readonly job: string;
      readonly group?: string;
      readonly attempt: number;
      readonly items: readonly string[];
      readonly at: number;
    }
  | { readonly event: 'end'; readonly run: number; readonly at: number };

const task = JSON.parse(process.argv[2] ?? '') as ConsumerTask;
let runs = 0;

const { enabled } = task.options.deadLetter ?? {};
const definition = batch<ProcessItem>({
  ...task.options,
  ...(enabled && {
    deadLetter: { enabled, onDead: () => Promise.reject(new Error('the dead letter function calls it')) },
  }),
  async handler({ id, attempt, batch: items, groupKey }) {
    const run = runs++;
    print({
      event: 'start',
      run,
      job: id,
      ...(groupKey !== undefined && { group: groupKey }),
      attempt,
      items: items.map(item => item.id),
      at: monotonicMs(),
    });
    try {
      await sleep(task.handler.takesMs ?? 0);
      await misbehave({ attempt, batch: items });
    } finally {
      print({ event: 'end', run, at: monotonicMs() });
    }
  },
});

async function misbehave({
  attempt,
  batch: items,
}: Pick<BatchContext<ProcessItem>, 'attempt' | 'batch'>): Promise<void> {
  const { by, attempts = Number.POSITIVE_INFINITY, with: only } = task.handler.misbehaves ?? {};
  if (attempt > attempts || (only !== undefined && !items.some(({ id }) => id === only))) return;
  if (by === 'throwing') throw new Error(`attempt ${attempt} throws`);
  if (by === 'exiting') process.exit(1);
  if (by === 'hanging') await new Promise(() => {});
  if (by === 'hoarding memory') {
    for (const hoard: number[][] = []; ; ) hoard.push(new Array(100_000).fill(hoard.length));
  }
}

function print(line: ConsumerLine): void {
  // to a pipe this is synchronous: nothing printed is lost when the process dies
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { deployment, queueUrlBase } = task.settings;
const [queues] = topology(deployment, [definition as Definition]).consumers;
if (queues === undefined) throw new Error('A topology has queues for each definition.');
queueSource({
  receiver: sqsReceiver(createClients(task.settings).sqs, queueUrlBase + queues.jobs.name),
  queue: queues.jobs,
  handler: consumer(configure(task.settings).know([definition as Definition]), definition as Definition),
  functionTimeoutMs: queues.function.timeoutSeconds * 1_000,
  onError: (message, error) => console.error(message, error),
});
print({ event: 'ready' });
// whoever started it is gone: so is the need for it
process.once('disconnect', () => process.exit());
