import type { JSX } from 'preact';
import type { ControlState, JobStatus } from '../api/contract.ts';
import { type BatchState, batchState } from '../model/batch-health.ts';

export const STATUS_NAMES: Readonly<Record<JobStatus, string>> = {
  active: 'Active',
  waiting: 'Waiting',
  retrying: 'Retrying',
  parked: 'Parked',
  failed: 'Failed',
  dead: 'Dead',
  completed: 'Completed',
};

const STATE_NAMES: Readonly<Record<BatchState, string>> = {
  enabled: 'Enabled',
  paused: 'Paused',
  draining: 'Draining',
};

export function JobBadge({ status }: { readonly status: JobStatus }): JSX.Element {
  return <span class={`badge ${status}`}>{STATUS_NAMES[status] ?? status}</span>;
}

export function BatchBadge({ control }: { readonly control: ControlState }): JSX.Element {
  const state = batchState(control);
  return (
    <span class="badges">
      <span class={`badge batch-${state}`}>{STATE_NAMES[state]}</span>
      {control.ingestionPaused && <span class="badge batch-closed">Refusing items</span>}
    </span>
  );
}
