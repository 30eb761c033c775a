import type { JSX } from 'preact';
import {
  drainQuestion,
  flushQuestion,
  pauseQuestion,
  redriveAllQuestion,
  resumeQuestion,
} from '../actions/batch-questions.ts';
import type { BatchStatus } from '../api/contract.ts';
import { readOnly } from '../live/access.ts';
import { useStore } from '../live/store.ts';
import { count } from '../model/format.ts';
import { toHash } from '../model/route.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { BatchBadge } from '../parts/badge.tsx';
import { Name } from '../parts/name.tsx';
import { ViewHead } from '../parts/view-head.tsx';

/** A batch's name and state, and what can be done with it. */
export function BatchHead({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const { jobs, buffers, paused, draining, options } = batch;
  const failed = jobs.failed + jobs.dead;
  const watching = useStore(readOnly);
  return (
    <ViewHead
      title={<Name value={batch.batch} />}
      marks={
        <>
          <BatchBadge control={batch} />
          {options.tags.map(tag => (
            <span key={tag} class="tag">
              <Name value={tag} />
            </span>
          ))}
        </>
      }
    >
      <div class="actions">
        {failed > 0 && (
          <ActionButton question={() => redriveAllQuestion(batch)} hotkey="r">
            Redrive {count(failed)}
            {jobs.capped && '+'}
          </ActionButton>
        )}
        <a class="button" href={toHash({ view: 'tail', batch: batch.batch })}>
          Live tail
        </a>
        {options.deduplicated && (
          <a class="button" href={toHash({ view: 'item', batch: batch.batch })}>
            Find an item
          </a>
        )}
        {!watching && (
          <a class="button" aria-keyshortcuts="s" href={toHash({ view: 'send', batch: batch.batch })}>
            Send
          </a>
        )}
        <ActionButton question={() => flushQuestion(batch)} hotkey="f" disabled={buffers.items === 0}>
          Flush
        </ActionButton>
        {!paused && !draining && (
          <ActionButton question={() => drainQuestion(batch)} hotkey="d">
            Drain
          </ActionButton>
        )}
        {paused || draining ? (
          <ActionButton question={() => resumeQuestion(batch)} hotkey="p" tone="primary">
            Resume
          </ActionButton>
        ) : (
          <ActionButton question={() => pauseQuestion(batch)} hotkey="p">
            Pause
          </ActionButton>
        )}
      </div>
    </ViewHead>
  );
}
