import type { JSX } from 'preact';
import type { Attempt, JobInfo } from '../api/contract.ts';
import { duration } from '../model/format.ts';
import { Name } from '../parts/name.tsx';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { Ago, Clock } from '../parts/times.tsx';

/** What each attempt came to. */
export function AttemptsPanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const { attempts, attempt, maxAttempts, redrives } = job;
  const note = [
    maxAttempts === undefined ? `${attempt} begun` : `${attempt} of ${maxAttempts} begun`,
    ...(redrives > 0 ? [redrives === 1 ? 'redriven once' : `redriven ${redrives} times`] : []),
  ].join(', ');
  return (
    <Panel id="attempts" title="Attempts" note={note}>
      {attempts.length === 0 ? (
        <Notice title={job.status === 'active' ? 'The first attempt is active' : 'No attempt yet'} />
      ) : (
        <table class="cards attempts">
          <caption class="visually-hidden">Attempts of this job</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                #
              </th>
              <th scope="col">Outcome</th>
              <th scope="col" class="number">
                Began
              </th>
              <th scope="col" class="number">
                Took
              </th>
              <th scope="col">Error</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((each, index) => (
              // after a redrive, attempts count from one again
              <Row key={index} attempt={each} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Row({
  attempt: { attempt, redrive, outcome, startedAt, finishedAt, error },
}: {
  readonly attempt: Attempt;
}) {
  return (
    <tr>
      <th scope="row" class="number">
        {attempt}
      </th>
      <td class="state">
        <span class={`badge ${outcome === 'succeeded' ? 'completed' : 'dead'}`}>{outcome}</span>
        {redrive !== undefined && <span class="muted"> redrive {redrive}</span>}
      </td>
      <td class="number" data-name="Began">
        {startedAt === undefined ? '–' : <Clock at={startedAt} />}
      </td>
      <td class="number" data-name="Took">
        <Took startedAt={startedAt} finishedAt={finishedAt} />
      </td>
      <td class="says">
        {error && (
          <span class="error-line">
            <Name value={`${error.name}: ${error.message}`} />
          </span>
        )}
      </td>
    </tr>
  );
}

function Took({
  startedAt,
  finishedAt,
}: {
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
}): JSX.Element {
  if (startedAt === undefined) return <>–</>;
  if (finishedAt === undefined) return <Ago at={startedAt} />;
  return <>{duration(Date.parse(finishedAt) - Date.parse(startedAt))}</>;
}
