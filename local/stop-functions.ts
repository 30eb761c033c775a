import type { Functions } from './functions.ts';
import { LocalError } from './local-error.ts';
import { realClearTimeout, realNow, realSetTimeout } from './real-time.ts';

/** What a handler whose signal was aborted has left to return. */
const GRACE_MS = 1_000;

/**
 * Hands out the jobs that wait, and lets running handlers end. Those that have not in time get their signals aborted.
 *
 * @throws LocalError `local.stop_timed_out`, naming the jobs whose handlers have not returned even then
 */
export async function stopFunctions(functions: Functions, timeoutMs: number): Promise<void> {
  const until = realNow() + timeoutMs;
  // what waits in memory alone ends with this process: it has to be with its function before the functions stop
  await functions.handedOut(timeoutMs);
  const stopped = functions.stop();
  if (await endsIn(stopped, until - realNow())) return;
  functions.abort();
  if (await endsIn(stopped, GRACE_MS)) return;
  const running = functions.running();
  const named = running.map(({ batch, job }) => `${batch} (job ${job})`).join(', ');
  throw new LocalError(
    'local.stop_timed_out',
    `These handlers did not return within ${timeoutMs} ms, nor when their signal was aborted: ${named}. Have them end when ctx.signal is aborted, or give stop() a longer timeoutMs.`,
    { details: { timeoutMs, running } },
  );
}

function endsIn(work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise(resolve => {
    const timer = realSetTimeout(() => resolve(false), Math.max(0, ms));
    void work.then(() => {
      realClearTimeout(timer);
      resolve(true);
    });
  });
}
