import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { REASONS } from '../model/flush-reasons.ts';
import { count } from '../model/format.ts';
import { Panel } from '../parts/panel.tsx';

/** The rest of what is known of a job. */
export function FactsPanel({ job }: { readonly job: JobInfo }): JSX.Element {
  const { id, counts, hookErrors, flushReason, group } = job;
  const facts: [string, string | undefined][] = [
    ['Flushed', REASONS[flushReason]],
    ['Slots', count(counts.slots)],
    ['Items', counts.items === undefined ? undefined : count(counts.items)],
    ['Done', counts.done === undefined ? undefined : count(counts.done)],
    ['Left', counts.left === undefined ? undefined : count(counts.left)],
    ['Errors in hooks', hookErrors > 0 ? count(hookErrors) : undefined],
  ];
  return (
    <Panel id="facts" title="Facts">
      <dl class="options">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <div class="whole-text">
        <h3>Id</h3>
        <pre>{id}</pre>
      </div>
      {group !== undefined && (
        <div class="whole-text">
          <h3>Group</h3>
          <pre>{group === '' ? '(empty)' : <bdi>{group}</bdi>}</pre>
        </div>
      )}
    </Panel>
  );
}
