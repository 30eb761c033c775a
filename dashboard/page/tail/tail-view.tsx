import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { JobEvent } from '../model/job-events.ts';
import { toHash } from '../model/route.ts';
import { Choice } from '../parts/choice.tsx';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { TailLine } from './tail-line.tsx';
import { useTail } from './use-tail.ts';

const SHOWN = ['all', 'failures'] as const;

/** What is flushed, ends and fails, as it happens: of one batch or of all. */
export function TailView({ batch }: { readonly batch?: string }): JSX.Element {
  const { events, cut, begun, clear } = useTail(batch);
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('all');
  /** What was there when it was held. */
  const [held, setHeld] = useState<readonly JobEvent[] | undefined>(undefined);
  const lines = (held ?? events).filter(
    ({ kind }) => shown === 'all' || (kind !== 'flushed' && kind !== 'completed'),
  );
  return (
    <>
      <ViewHead
        batch={batch}
        title="Live tail"
        marks={batch !== undefined && <a href={toHash({ view: 'tail' })}>of all batches</a>}
      >
        <div class="actions">
          <Choice
            label="Events shown"
            options={SHOWN.map(value => ({ value, name: value === 'all' ? 'All' : 'Failures' }))}
            chosen={shown}
            choose={setShown}
          />
          <button
            type="button"
            class="button"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held === undefined ? events : undefined)}
          >
            {held === undefined ? 'Hold' : 'Go on'}
          </button>
          <button type="button" class="button" onClick={clear}>
            Clear
          </button>
        </div>
      </ViewHead>
      {cut.length > 0 && (
        <div class="banner retrying">
          <p>
            <strong>Some events are left out.</strong> More happens in {cut.join(', ')} than one look reads.
          </p>
        </div>
      )}
      <Panel id="tail" title="Events" note="newest first, from now on">
        {lines.length === 0 ? (
          <Notice title={begun ? 'Nothing has happened yet' : 'Beginning to look …'}>
            A line comes here when a buffer is flushed, an attempt fails or a job ends.
          </Notice>
        ) : (
          <div role="log" aria-label="Events" aria-live="off">
            <ol class="tail">
              {lines.map(event => (
                <TailLine key={event.id} event={event} named={batch === undefined} />
              ))}
            </ol>
          </div>
        )}
      </Panel>
    </>
  );
}
