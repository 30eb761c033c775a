import type { JSX } from 'preact';
import { useStore } from '../live/store.ts';
import { task } from '../live/task.ts';
import { count } from '../model/format.ts';
import { ProgressBar } from './bar.tsx';

const ENDS = { busy: '', stopped: ': stopped', ended: ': done' } as const;

/** How far the page's task is, at the bottom of every view. */
export function TaskBar(): JSX.Element | null {
  const now = useStore(task);
  if (now === undefined) return null;
  const { title, state, done, all, failed, problem, stop } = now;
  return (
    <section class={`task ${failed > 0 || problem !== undefined ? 'bad' : ''}`} aria-label="Task">
      <div class="task-says">
        <p role="status">
          <strong>
            {title}
            {ENDS[state]}
          </strong>{' '}
          {count(done)}
          {all !== undefined && ` of ${count(all)}`}
          {failed > 0 && `, ${count(failed)} refused`}
        </p>
        {problem !== undefined && <p class="muted">{problem}</p>}
      </div>
      {all !== undefined && state === 'busy' && (
        <ProgressBar percent={((done + failed) / Math.max(1, all)) * 100} label={title} />
      )}
      {state === 'busy' ? (
        <button type="button" class="button small" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="button" class="button small" onClick={() => task.set(undefined)}>
          Close
        </button>
      )}
    </section>
  );
}
