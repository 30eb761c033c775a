import type { JSX } from 'preact';
import { canRedrive, redriveQuestion } from '../actions/job-questions.ts';
import type { JobInfo } from '../api/contract.ts';
import { count } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { shortId } from '../model/short-id.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { JobBadge } from '../parts/badge.tsx';
import { Name } from '../parts/name.tsx';
import { ACTIONS, numbers, TableHead } from '../parts/table-head.tsx';
import { Ago } from '../parts/times.tsx';
import { JobSays } from './job-says.tsx';
import type { Selection } from './use-selection.ts';

/** Jobs in rows, each with what matters of its status. */
export function JobsTable({
  jobs,
  grouped,
  selection,
  item,
}: {
  readonly jobs: readonly JobInfo[];
  readonly grouped: boolean;
  /** Absent where nothing can be done. */
  readonly selection?: Selection | undefined;
  /** A text that their items were looked through for. */
  readonly item?: string | undefined;
}): JSX.Element {
  return (
    <table class="cards jobs">
      <caption class="visually-hidden">Jobs, newest first</caption>
      <TableHead
        columns={[
          selection && {
            class: 'choose',
            name: (
              <input
                type="checkbox"
                aria-label="Choose all ended jobs of this page"
                checked={
                  jobs.some(selection.can) && jobs.filter(selection.can).every(({ id }) => selection.has(id))
                }
                disabled={!jobs.some(selection.can)}
                onChange={() => selection.toggleAll(jobs)}
              />
            ),
          },
          { name: 'Job', class: 'id' },
          { name: 'Status', class: 'state' },
          grouped && { name: 'Group', class: 'group' },
          numbers('Items'),
          'Detail',
          { name: 'Age', class: 'number age' },
          ACTIONS,
        ]}
      />
      <tbody>
        {jobs.map(job => (
          <tr key={job.id}>
            {selection && (
              <td class="choose">
                {selection.can(job) && (
                  <input
                    type="checkbox"
                    aria-label={`Choose job ${shortId(job.id)}`}
                    aria-keyshortcuts="x"
                    checked={selection.has(job.id)}
                    onChange={() => selection.toggle(job)}
                  />
                )}
              </td>
            )}
            <th scope="row" class="title">
              <a
                class="mono"
                href={toHash({ view: 'job', job: job.id, ...(item !== undefined && { item }) })}
                title={job.id}
              >
                {shortId(job.id)}
              </a>
            </th>
            <td class="state">
              <JobBadge status={job.status} />
            </td>
            {grouped && (
              <td class="group" data-name="Group">
                {job.group === undefined ? <span class="zero">–</span> : <Name value={job.group} />}
              </td>
            )}
            <td class="number" data-name="Items">
              {count(job.counts.items ?? job.counts.slots)}
            </td>
            <td class="says">
              <JobSays job={job} />
            </td>
            <td class="number muted" data-name="Age">
              <Ago at={job.sealedAt} />
            </td>
            <td class="row-actions">
              {canRedrive(job.status) && (
                <ActionButton
                  small
                  hotkey="r"
                  label={`Redrive job ${shortId(job.id)}`}
                  question={() => redriveQuestion(job)}
                >
                  Redrive
                </ActionButton>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
