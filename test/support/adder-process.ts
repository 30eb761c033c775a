import { BusyError, batch, configure, type Settings } from 'cistern';

/**
 * A producer in a process of its own that adds until it is killed, also while it is refused. It prints a line for
 * each add that was acknowledged or refused, and when it had begun it. Its argument is an `AdderTask` as JSON.
 */
export interface AdderTask {
  readonly settings: Settings;
  readonly name: string;
  readonly maxSize: number;
  readonly maxWaitMs: number;
  readonly prefix: string;
  /** Milliseconds between two adds. */
  readonly everyMs: number;
}

/** What became of one add. */
export type AdderLine =
  | {
      readonly id: string;
      readonly begun: number;
      readonly receipt: { job: string; slot: number; duplicate: boolean };
    }
  | {
      readonly begun: number;
      readonly refused: { code: string; details: Readonly<Record<string, unknown>> };
    };

const task = JSON.parse(process.argv[2] ?? '') as AdderTask;
configure(task.settings);
const definition = batch<{ id: string }>({
  name: task.name,
  maxSize: task.maxSize,
  maxWaitMs: task.maxWaitMs,
  handler: () => {},
});

const say = (line: AdderLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

for (let next = 0; ; ) {
  const id = `${task.prefix}${next}`;
  const begun = Date.now();
  try {
    const receipt = await definition.add({ id });
    say({ id, begun, receipt });
    next += 1;
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    say({ begun, refused: { code: error.code, details: error.details } });
  }
  await new Promise(resolve => setTimeout(resolve, task.everyMs));
}
