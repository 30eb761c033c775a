import { batch, close, configure, type Settings } from 'cistern';

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
  /** Items are named by it: `<prefix><number>`. */
  readonly prefix: string;
  readonly count: number;
  readonly parallel: number;
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
  handler: () => {},
});

let next = 0;
await Promise.all(
  Array.from({ length: task.parallel }, async () => {
    while (next < task.count) {
      const id = `${task.prefix}${next++}`;
      const receipt = await definition.add({ id });
      process.stdout.write(`${JSON.stringify({ id, receipt })}\n`);
    }
  }),
);
process.stdout.write('"all"\n');
if (task.end === 'close') await close();
else setInterval(() => {}, 1_000);
