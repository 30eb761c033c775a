import type { JSX } from 'preact';
import { canPurge, canRedrive, purgeQuestion, redriveQuestion } from '../actions/job-questions.ts';
import type { JobInfo } from '../api/contract.ts';
import { shortId } from '../model/short-id.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { JobBadge } from '../parts/badge.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Name } from '../parts/name.tsx';
import { ViewHead } from '../parts/view-head.tsx';

export function JobHead({ job }: { readonly job: JobInfo }): JSX.Element {
  return (
    <ViewHead
      batch={job.batch}
      titleClass="job-id"
      title={
        <>
          <span class="muted">Job</span>{' '}
          <span class="mono" title={job.id}>
            {shortId(job.id)}
          </span>
        </>
      }
      marks={
        <>
          <CopyButton text={() => job.id} what="the job’s id" />
          <JobBadge status={job.status} />
          {job.tags.map(tag => (
            <span key={tag} class="tag">
              <Name value={tag} />
            </span>
          ))}
        </>
      }
    >
      <div class="actions">
        {canPurge(job.status) && (
          <ActionButton question={() => purgeQuestion(job)} tone="danger">
            Purge
          </ActionButton>
        )}
        {canRedrive(job.status) && (
          <ActionButton hotkey="r" question={() => redriveQuestion(job)} tone="primary">
            Redrive
          </ActionButton>
        )}
      </div>
    </ViewHead>
  );
}
