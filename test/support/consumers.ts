import type { ConsumerLine, ConsumerTask } from './consumer-process.ts';
import { monotonicMs } from './monotonic.ts';
import { type SpawnedConsumer, spawnConsumer } from './spawn-consumer.ts';

/** A run of the handler in one of the processes. */
export interface ConsumerRun {
  readonly pid: number;
  readonly job: string;
  readonly group: string | undefined;
  readonly attempt: number;
  readonly items: readonly string[];
  readonly startedAt: number;
  /** When the handler returned or threw, or its process was seen to be dead; undefined while it runs. */
  endedAt: number | undefined;
}

export interface ConsumersProps {
  readonly task: ConsumerTask;
  readonly memoryMb?: number;
  /** Starts another process for each that ends, as Lambda does. */
  readonly supervised?: boolean;
}

/** Consumer processes that share a queue, and what they have done. */
export class Consumers {
  readonly #props: ConsumersProps;
  readonly #alive = new Set<SpawnedConsumer>();
  readonly #runs: ConsumerRun[] = [];
  readonly #open = new Map<string, ConsumerRun>();
  readonly #deaths: string[] = [];
  #stopping = false;

  constructor(props: ConsumersProps) {
    this.#props = props;
  }

  /** Starts so many processes; resolves when all poll. */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#spawn().ready));
  }

  /** All runs, in the order in which they began. */
  get runs(): readonly ConsumerRun[] {
    return [...this.#runs].sort((a, b) => a.startedAt - b.startedAt);
  }

  get running(): readonly ConsumerRun[] {
    return this.runs.filter(({ endedAt }) => endedAt === undefined);
  }

  /** How processes ended: exit codes and signals. */
  get deaths(): readonly string[] {
    return this.#deaths;
  }

  /** Kills the process of a run, and returns when that was done. */
  async kill({ pid }: Pick<ConsumerRun, 'pid'>): Promise<number> {
    const victim = [...this.#alive].find(({ process }) => process.pid === pid);
    if (victim === undefined) throw new Error(`There is no consumer ${pid}.`);
    victim.process.kill('SIGKILL');
    await victim.ended;
    return monotonicMs();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const ended = [...this.#alive].map(each => each.ended);
    for (const { process } of this.#alive) process.kill('SIGKILL');
    await Promise.all(ended);
  }

  #spawn(): SpawnedConsumer {
    const { task, memoryMb, supervised } = this.#props;
    const spawned = spawnConsumer(task, (line, pid) => this.#see(line, pid), memoryMb);
    this.#alive.add(spawned);
    spawned.ready.catch(() => {});
    void spawned.ended.then(([code, signal]) => {
      this.#alive.delete(spawned);
      this.#endRunsOf(spawned.process.pid ?? 0);
      if (this.#stopping) return;
      this.#deaths.push(signal ?? String(code));
      if (supervised) this.#spawn();
    });
    return spawned;
  }

  #see(line: ConsumerLine, pid: number): void {
    if (line.event === 'ready') return;
    const key = `${pid}/${line.run}`;
    if (line.event === 'end') {
      const run = this.#open.get(key);
      if (run) run.endedAt = line.at;
      this.#open.delete(key);
      return;
    }
    const { job, group, attempt, items, at } = line;
    const run = { pid, job, group, attempt, items, startedAt: at, endedAt: undefined };
    this.#open.set(key, run);
    this.#runs.push(run);
  }

  /** A dead process's runs have ended with it. */
  #endRunsOf(pid: number): void {
    for (const [key, run] of this.#open) {
      if (run.pid !== pid) continue;
      run.endedAt = monotonicMs();
      this.#open.delete(key);
    }
  }
}

/** Pairs of runs that went on at the same time, in words; empty when each began after the one before had ended. */
export function overlaps(runs: readonly ConsumerRun[]): string[] {
  const ordered = [...runs].sort((a, b) => a.startedAt - b.startedAt);
  return ordered.flatMap((run, at) =>
    ordered
      .slice(0, at)
      .filter(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt > run.startedAt)
      .map(
        earlier =>
          `job ${run.job} began in ${run.pid} at ${run.startedAt} and job ${earlier.job} in ${earlier.pid} ended at ${earlier.endedAt}`,
      ),
  );
}
