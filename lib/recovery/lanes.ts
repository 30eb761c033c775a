import type { Clock } from '../store/services.ts';

/** Tasks of one lane that run at the same time. A lane whose calls hang leaves room for the others. */
const PER_LANE = 8;
/** Tasks that run at the same time in all. They are fewer than a client's connections. */
const IN_ALL = 48;

/** A piece of work, in the lane of its kind and batch. */
export interface Task {
  readonly lane: string;
  readonly run: () => Promise<void>;
}

/** Runs work of many kinds at the same time, so that each kind gets its share (invariant 11). */
export class Lanes {
  readonly #underWay = new Map<string, number>();
  #all = 0;
  #onEnd: () => void = () => {};

  /**
   * Runs tasks, one of each lane in turn. A task handles its own errors.
   *
   * @param until no task begins from this time on, in ms since the epoch
   * @returns when all tasks have ended, or at `until`. Tasks that still run then go on, and count in their lane
   */
  async run(tasks: readonly Task[], clock: Clock, until: number): Promise<void> {
    const lanes = byLane(tasks);
    let own = 0;
    await new Promise<void>(resolve => {
      const cancel = Number.isFinite(until)
        ? clock.after(Math.max(0, until - clock.now()), resolve)
        : undefined;
      const pump = () => {
        for (
          let task = this.#next(lanes, clock.now() < until);
          task;
          task = this.#next(lanes, clock.now() < until)
        ) {
          own += 1;
          void this.#begin(task).finally(() => {
            own -= 1;
            this.#onEnd();
          });
        }
        const over = lanes.size === 0 || clock.now() >= until;
        if (over && own === 0) {
          cancel?.();
          resolve();
        }
      };
      this.#onEnd = pump;
      pump();
    });
  }

  /** Waits until no task runs, or until a time, in ms since the epoch. */
  async idle(clock: Clock, until: number): Promise<void> {
    if (this.#all === 0) return;
    await new Promise<void>(resolve => {
      const cancel = clock.after(Math.max(0, until - clock.now()), resolve);
      this.#onEnd = () => {
        if (this.#all > 0) return;
        cancel();
        resolve();
      };
    });
  }

  /** Takes the next task, of the first lane that has room. The lane then stands behind the others. */
  #next(lanes: Map<string, Task[]>, isTime: boolean): Task | undefined {
    if (!isTime || this.#all >= IN_ALL) return undefined;
    for (const [lane, tasks] of lanes) {
      if ((this.#underWay.get(lane) ?? 0) >= PER_LANE) continue;
      const task = tasks.shift();
      lanes.delete(lane);
      if (tasks.length > 0) lanes.set(lane, tasks);
      return task;
    }
    return undefined;
  }

  async #begin({ lane, run }: Task): Promise<void> {
    const count = (by: number) => {
      this.#all += by;
      const now = (this.#underWay.get(lane) ?? 0) + by;
      if (now === 0) this.#underWay.delete(lane);
      else this.#underWay.set(lane, now);
    };
    count(1);
    try {
      await run();
    } finally {
      count(-1);
    }
  }
}

function byLane(tasks: readonly Task[]): Map<string, Task[]> {
  const lanes = new Map<string, Task[]>();
  for (const task of tasks) {
    const own = lanes.get(task.lane);
    if (own) own.push(task);
    else lanes.set(task.lane, [task]);
  }
  return lanes;
}
