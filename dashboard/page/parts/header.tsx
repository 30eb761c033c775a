import type { JSX } from 'preact';
import { requestTo } from '../api/request-to.ts';
import { readOnly } from '../live/access.ts';
import { type Connection, connection } from '../live/connection.ts';
import { helpShown } from '../live/keys.ts';
import { useStore } from '../live/store.ts';
import { chooseTheme, THEMES, theme } from '../live/theme.ts';
import { useLive } from '../live/use-live.ts';
import { useRoute } from '../live/use-route.ts';
import { toHash } from '../model/route.ts';
import { Name } from './name.tsx';
import { SearchBox } from './search-box.tsx';

const STATES: Readonly<Record<Connection['state'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost',
  refused: 'No access',
};

/** The views of all batches. */
const PLACES = [
  ['overview', 'Batches'],
  ['tail', 'Live tail'],
  ['actions', 'Actions'],
] as const;

/** A deployment's name does not change. */
const NAME_EVERY_MS = 300_000;

export function Header(): JSX.Element {
  const { state } = useStore(connection);
  const watching = useStore(readOnly);
  const route = useRoute();
  const { data } = useLive(requestTo('GET /health', {}), () => NAME_EVERY_MS);
  return (
    <header class="top">
      <a class="brand" href={toHash({ view: 'overview' })}>
        <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
          <path
            class="vessel"
            d="M5 5h4v17a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V5h4v17a6 6 0 0 1-6 6H11a6 6 0 0 1-6-6z"
          />
          <path class="water" d="M11 14q2.5-2 5 0t5 0v8H11z" />
        </svg>
        Cistern
      </a>
      {data && (
        <span class="deployment">
          <span class="visually-hidden">Deployment </span>
          <Name value={data.deployment} />
        </span>
      )}
      <nav class="places" aria-label="Views">
        {PLACES.map(([view, name]) => (
          <a key={view} href={toHash({ view })} aria-current={route.view === view ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <SearchBox />
      {watching && (
        <span class="badge batch-paused" title="The dashboard was started with --read-only">
          Read-only
        </span>
      )}
      <span class={`connection ${state}`}>{STATES[state]}</span>
      <button
        type="button"
        class="button small quiet"
        aria-label="Keys"
        aria-haspopup="dialog"
        onClick={() => helpShown.set(true)}
      >
        ?
      </button>
      <ThemeButton />
    </header>
  );
}

function ThemeButton(): JSX.Element {
  const chosen = useStore(theme);
  const next = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? 'auto';
  return (
    <button
      type="button"
      class="button small quiet theme"
      aria-label={`Theme: ${chosen}. Change to ${next}`}
      onClick={() => chooseTheme(next)}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
      <span>{chosen}</span>
    </button>
  );
}
