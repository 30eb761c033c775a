import type { JSX } from 'preact';
import { connection } from '../live/connection.ts';
import { refreshAll } from '../live/refresh.ts';
import { useStore } from '../live/store.ts';
import { clockTime } from '../model/format.ts';

/** Says that what is shown is old, since when and why. */
export function ConnectionBanner(): JSX.Element {
  const now = useStore(connection);
  return (
    <div role="alert" class="banner-place">
      {now.state === 'lost' && (
        <div class="banner lost">
          <p>
            <strong>Connection lost.</strong> {now.detail} What you see is from{' '}
            {clockTime(new Date(now.since).toISOString(), now.since)}.
          </p>
          <button type="button" class="button small" onClick={refreshAll}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
