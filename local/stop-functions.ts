import type { Functions } from './functions.ts';
import { LocalError } from './local-error.ts';
import { realClearTimeout, realNow, realSetTimeout } from './real-time.ts';

/** How long a handler may take to return after its signal was aborted. */
const GRACE_MS = 1_000;

/**
 * Hands out waiting jobs, and waits for running handlers. After `timeoutMs` it aborts the signals of handlers that still
 * run.
 *
 * @throws LocalError `local.stop_timed_out`, which names the jobs whose handlers have not returned even then
 */
export async function stopFunctions(functions: Functions, timeoutMs: number): Promise<void> {
  const until = realNow() + timeoutMs;
  // jobs that wait in memory alone would be lost with this process: their functions must have them before they stop
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
