import type { ApiClient } from '../api/api-client.ts';
import type { DrainReport } from '../api/api-types.ts';
import { Outage } from '../api/outage.ts';
import { InterruptedError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import { count } from '../output/number.ts';
import type { Progress } from '../output/progress.ts';

const POLL_MS = 1_000;
/** How long after a drain's time the deployment may take to report its end. */
const GRACE_MS = 10_000;

interface FollowOptions {
  readonly api: Pick<ApiClient, 'call'>;
  readonly io: Io;
  readonly progress: Progress;
}

/**
 * Watches a drain to its end.
 *
 * @returns the last report. It is still `draining` if the deployment did not report the end of the drain in time
 * @throws InterruptedError at Ctrl-C; the error of a request that has failed for 30 s
 */
export async function followDrain(
  { api, io, progress }: FollowOptions,
  started: DrainReport,
  timeoutMs: number,
): Promise<DrainReport> {
  const { batch } = started;
  const until = io.now() + timeoutMs + GRACE_MS;
  const outage = new Outage(io);
  let report = started;
  try {
    while (report.state === 'draining' && io.now() < until) {
      progress.update(shareDone(report), label(report));
      await io.sleep(POLL_MS);
      if (io.interrupted.aborted) throw stillDraining(io, batch);
      const next = await api.call('GET /v1/batches/{batch}/drain', { batch }).catch((error: unknown) => {
        if (io.interrupted.aborted) throw stillDraining(io, batch);
        // the drain goes on meanwhile
        outage.failed(error);
        return undefined;
      });
      if (next === undefined) continue;
      report = next;
      outage.answered();
    }
    return report;
  } finally {
    progress.clear();
  }
}

const stillDraining = ({ interrupted }: Io, batch: string): InterruptedError =>
  new InterruptedError(
    interrupted.reason,
    `Interrupted; ${batch} goes on draining. \`cistern drain ${batch}\` follows it again.`,
  );

const finished = ({ completed, failed, dead }: DrainReport): number => completed + failed + dead;

/** Computes the share of jobs that are done. `left` is not always known, and the drain also ends jobs from before it. */
function shareDone(report: DrainReport): number | undefined {
  const { flushed, left } = report;
  const done = finished(report);
  const open = left && left.waiting + left.active + left.retrying + left.parked;
  const all = open === undefined ? Math.max(flushed, done) : done + open;
  return all === 0 ? undefined : done / all;
}

function label(report: DrainReport): string {
  const { batch, left, failed, dead } = report;
  const buffered = left && left.items > 0 ? `, ${count(left.items, 'item')} buffered` : '';
  const bad = failed + dead > 0 ? `, ${count(failed + dead, 'failed', 'failed')}` : '';
  return `draining ${batch}: ${count(finished(report), 'job')} finished${bad}${buffered}`;
}
