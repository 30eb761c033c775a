import type { JSX } from 'preact';
import type { ApiProblem } from '../api/api-problem.ts';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { Notice } from '../parts/notice.tsx';

/** Why a job cannot be shown. A receipt names a job before its window is flushed: then its window is there already. */
export function JobMissing({
  id,
  problem,
}: {
  readonly id: string;
  readonly problem: ApiProblem;
}): JSX.Element {
  const unknown = problem.code === 'job.unknown';
  const { data: window } = useLive(
    unknown ? requestTo('GET /v1/jobs/{job}/window', { job: id }) : undefined,
    () => 5_000,
  );
  const held = window?.slots.filter(({ holds }) => holds === 'item').length ?? 0;
  if (window?.job === undefined && held > 0) {
    return (
      <Notice title={`Job ${shortId(id)} is not flushed yet`}>
        <p>
          Its window holds {counted(held, 'item')} {window?.nextSlot !== undefined && 'or more'} and is still
          open. This page shows the job as soon as the window is flushed.
        </p>
      </Notice>
    );
  }
  return (
    <Notice title="This job cannot be shown" tone="bad">
      <p>{problem.message}</p>
      <a href={toHash({ view: 'overview' })}>All batches</a>
    </Notice>
  );
}
