import type { Deployment } from './deployment.ts';

/**
 * Does what an invocation asks for, and then waits for what the process has under way, so that nothing of it is in a
 * process that is frozen after its answer and may never thaw.
 *
 * @param deployment asked when the work is done: it may have made it
 * @throws what the work throws; CisternError `batch.not_sent` for items in memory that have not reached their queue
 */
export async function answering<R>(
  deployment: () => Pick<Deployment, 'settle'> | undefined,
  work: () => R | Promise<R>,
): Promise<R> {
  let answer: R;
  try {
    answer = await work();
  } catch (error) {
    // the invocation fails in any case, and for this reason; that items could not be sent has been logged
    await deployment()
      ?.settle()
      .catch(() => {});
    throw error;
  }
  await deployment()?.settle();
  return answer;
}
