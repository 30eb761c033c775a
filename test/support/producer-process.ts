import { setTimeout as sleep } from 'node:timers/promises';
import { batch, close, configure, type Settings, type ThrottleOptions } from 'cistern';

/**
 * A producer in a process of its own: adds items until it is stopped, and prints a line per acknowledged item,
 * once it is acknowledged. Its argument is a `ProducerTask` as JSON.
 */
export interface ProducerTask {
  readonly settings: Settings;
  readonly name: string;
  readonly maxSize: number;
  readonly maxWaitMs: number;
  readonly persist: boolean;
  readonly throttle?: ThrottleOptions;
  /** Items are named by it: `<prefix><number>`. */
  readonly prefix: string;
  readonly count: number;
  readonly parallel: number;
  /** Milliseconds that each of those waits between two items. Default 0. */
  readonly everyMs?: number;
  /** Adds no more after so many milliseconds, however few that were. */
  readonly forMs?: number;
  /** After the last item: end by close(), or stay until a signal comes. */
  readonly end: 'close' | 'stay';
}

const task = JSON.parse(process.argv[2] ?? '') as ProducerTask;
configure(task.settings);
const definition = batch<{ id: string }>({
  name: task.name,
  maxSize: task.maxSize,
  maxWaitMs: task.maxWaitMs,
  persist: task.persist,
  ...(task.throttle && { throttle: task.throttle }),
  handler: () => {},
});

let next = 0;
const until = Date.now() + (task.forMs ?? Number.POSITIVE_INFINITY);
await Promise.all(
  Array.from({ length: task.parallel }, async () => {
    while (next < task.count && Date.now() < until) {
      const id = `${task.prefix}${next++}`;
      const receipt = await definition.add({ id });
      process.stdout.write(`${JSON.stringify({ id, receipt })}\n`);
      if (task.everyMs) await sleep(task.everyMs);
    }
  }),
);
process.stdout.write('"all"\n');
if (task.end === 'close') await close();
else setInterval(() => {}, 1_000);
