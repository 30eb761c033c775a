import type { JSX } from 'preact';
import { count, counted } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Sent } from './use-sending.ts';

/** Jobs that are named; a file may be spread over thousands. */
const NAMED = 20;

/** What has become of the items: how many were taken, and the jobs that they are part of. */
export function SentPanel({ sent }: { readonly sent: Sent | undefined }): JSX.Element {
  if (sent === undefined) {
    return (
      <Panel id="sent" title="Result">
        <Notice title="Nothing was sent yet" />
      </Panel>
    );
  }
  const { all, accepted, duplicates, jobs, problem, busy } = sent;
  const left = all - accepted - duplicates;
  return (
    <Panel id="sent" title="Result">
      <div class="panel-body" aria-live="polite">
        <p>
          <strong>{counted(accepted, 'item')} accepted</strong>
          {duplicates > 0 && `, ${counted(duplicates, 'duplicate')} dropped`}
          {left > 0 && busy && `, ${count(left)} to go`}.
        </p>
        {problem !== undefined && (
          <p class="question-error" role="alert">
            {problem} {left < all && `The ${counted(left, 'item')} after it were not sent.`}
          </p>
        )}
      </div>
      {jobs.size > 0 && (
        <ul class="sent-jobs" aria-label="Jobs of these items">
          {[...jobs].slice(0, NAMED).map(([job, items]) => (
            <li key={job}>
              <a class="mono" href={toHash({ view: 'job', job })}>
                {shortId(job)}
              </a>
              <span class="muted">{counted(items, 'item')}</span>
            </li>
          ))}
          {jobs.size > NAMED && <li class="muted">and {count(jobs.size - NAMED)} more jobs</li>}
        </ul>
      )}
    </Panel>
  );
}
