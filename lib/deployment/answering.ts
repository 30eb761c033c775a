import type { Deployment } from './deployment.ts';

/**
 * Runs an invocation's work, and then waits for the process's background work and sends its items in memory. Lambda
 * freezes the process after the answer and may never run it again.
 *
 * @param deployment returns the process's deployment. It is called after the work, since the work may have made it
 * @throws the work's error; CisternError `batch.not_sent` for items in memory that have not reached their queue
 */
export async function answering<R>(
  deployment: () => Pick<Deployment, 'settle'> | undefined,
  work: () => R | Promise<R>,
): Promise<R> {
  let answer: R;
  try {
    answer = await work();
  } catch (error) {
    // the invocation fails with the work's error; items that could not be sent have been logged
    await deployment()
      ?.settle()
      .catch(() => {});
    throw error;
  }
  await deployment()?.settle();
  return answer;
}
