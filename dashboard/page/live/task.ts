import { createStore } from './store.ts';

/** Something that takes many requests: how far it is, and what stops it. */
export interface Task {
  /** What it does, as a sentence begins: `Redriving jobs`. */
  readonly title: string;
  readonly state: 'busy' | 'stopped' | 'ended';
  readonly done: number;
  /** How many there are in all; absent where the number is not known. */
  readonly all?: number;
  /** How many the API refused, and what it said last. */
  readonly failed: number;
  readonly problem?: string;
  stop(): void;
}

/** The page's one task: a second one waits until it is over, since the page shows the progress of one. */
export const task = createStore<Task | undefined>(undefined);

/** What a task reports of itself while it works. */
export type Report = (change: Pick<Partial<Task>, 'done' | 'all' | 'failed' | 'problem'>) => void;

/**
 * Runs a task, and shows it until the user has seen its end.
 *
 * @param work does it; it ends early when its signal is aborted
 */
export async function runTask(
  title: string,
  work: (report: Report, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  let now: Task = { title, state: 'busy', done: 0, failed: 0, stop: () => stopping.abort() };
  const set = (change: Partial<Task>) => {
    now = { ...now, ...change };
    task.set(now);
  };
  set({});
  try {
    await work(set, stopping.signal);
    set({ state: stopping.signal.aborted ? 'stopped' : 'ended' });
  } catch (error) {
    set({ state: 'stopped', problem: error instanceof Error ? error.message : String(error) });
  }
}
