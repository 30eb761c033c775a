import type { JSX } from 'preact';
import { canPurge, canRedrive, purgeQuestion, redriveQuestion } from '../actions/job-questions.ts';
import type { JobInfo } from '../api/contract.ts';
import { shortId } from '../model/short-id.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { JobBadge } from '../parts/badge.tsx';
import { BatchCrumbs } from '../parts/batch-crumbs.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Name } from '../parts/name.tsx';

export function JobHead({ job }: { readonly job: JobInfo }): JSX.Element {
  return (
    <div class="view-head">
      <div class="view-title">
        <BatchCrumbs batch={job.batch} />
        <h1 class="job-id">
          <span class="muted">Job</span>{' '}
          <span class="mono" title={job.id}>
            {shortId(job.id)}
          </span>
        </h1>
        <CopyButton text={() => job.id} what="the job’s id" />
        <JobBadge status={job.status} />
        {job.tags.map(tag => (
          <span key={tag} class="tag">
            <Name value={tag} />
          </span>
        ))}
      </div>
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
    </div>
  );
}
