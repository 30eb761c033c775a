import { ApiProblem } from '../api/api-problem.ts';
import { refreshAll } from '../live/refresh.ts';
import { runTask } from '../live/task.ts';

/** Requests under way at the same time. */
const AT_ONCE = 4;

/** Does the same to many, a few at a time. What is refused is counted; an API that does not answer ends it. */
export function oneByOne(
  title: string,
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<void> {
  return runTask(title, async (report, signal) => {
    const left = [...ids];
    let [done, failed] = [0, 0];
    report({ all: ids.length });
    const work = async () => {
      for (let id = left.shift(); id !== undefined && !signal.aborted; id = left.shift()) {
        try {
          await act(id);
          done += 1;
          report({ done });
        } catch (error) {
          if (!(error instanceof ApiProblem) || error.isOutage) throw error;
          failed += 1;
          report({ failed, problem: error.message });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    refreshAll();
  });
}
