import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { JobsTable } from '../batch/jobs-table.tsx';
import { count } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { Name } from '../parts/name.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { mayBeOfId } from './find-jobs.ts';
import { type Found, useFound } from './use-found.ts';

/** What there is by a text, in all batches: jobs by their id, batches and groups by their name. */
export function FindView({ text = '' }: { readonly text?: string }): JSX.Element {
  const { found, problem } = useFound(text);
  const only = found && onlyPlace(found);
  // a single result is opened at once; the browser's Back leads to the page before the search
  useEffect(() => {
    if (only !== undefined) location.replace(only);
  }, [only]);
  return (
    <>
      <ViewHead
        title={
          <>
            <span class="muted">Find</span> <Name value={text} />
          </>
        }
      />
      {problem !== undefined && (
        <Notice title="This could not be looked for" tone="bad">
          {problem}
        </Notice>
      )}
      {found === undefined && problem === undefined && <Loading />}
      {found && <Results found={found} text={text} />}
      {found && found.keyed.length > 0 && <Keyed batches={found.keyed} item={text} />}
    </>
  );
}

/** The address of the one thing that was found. */
function onlyPlace({ batches, groups, jobs }: Found): string | undefined {
  if (batches.length + groups.length + jobs.length !== 1) return undefined;
  const [job] = jobs;
  if (job) return toHash({ view: 'job', job: job.id });
  const [group] = groups;
  const [batch = group?.batch ?? ''] = batches;
  const key = group?.group.group;
  return toHash({ view: 'batch', batch, ...(key !== undefined && { group: key }) });
}

function Results({
  found: { batches, groups, jobs },
  text,
}: {
  readonly found: Found;
  readonly text: string;
}) {
  if (batches.length + groups.length + jobs.length === 0) {
    return (
      <Notice title="Nothing was found">
        {mayBeOfId(text)
          ? 'No job’s id has this in it, and no batch or open group is named so.'
          : 'No batch or open group is named so. Of a job’s id, give at least 4 characters.'}
      </Notice>
    );
  }
  return (
    <>
      {batches.length + groups.length > 0 && (
        <Panel id="found" title="Batches and groups">
          <ul class="found">
            {batches.map(batch => (
              <li key={batch}>
                <a href={toHash({ view: 'batch', batch })}>
                  <Name value={batch} />
                </a>
              </li>
            ))}
            {groups.map(({ batch, group: { group = '', items } }) => (
              <li key={`${batch} ${group}`}>
                <a href={toHash({ view: 'batch', batch, group })}>
                  <Name value={group} />
                </a>{' '}
                <span class="muted">
                  group of {batch}, {count(items)} buffered
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {jobs.length > 0 && (
        <Panel id="jobs" title="Jobs">
          <JobsTable jobs={jobs} grouped />
        </Panel>
      )}
    </>
  );
}

/** Leads to the search for an item by its key, which is one batch's. */
function Keyed({ batches, item }: { readonly batches: readonly string[]; readonly item: string }) {
  return (
    <Panel id="keyed" title="Items with this dedup key">
      <ul class="found">
        {batches.map(batch => (
          <li key={batch}>
            <a href={toHash({ view: 'item', batch, item })}>
              Look in <Name value={batch} />
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
