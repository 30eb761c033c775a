import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { BatchView } from './batch/batch-view.tsx';
import { ChartsView } from './charts/charts-view.tsx';
import { ErrorsView } from './errors/errors-view.tsx';
import { FindView } from './find/find-view.tsx';
import { ItemView } from './item/item-view.tsx';
import { JobView } from './job/job-view.tsx';
import { connection } from './live/connection.ts';
import { useKeys } from './live/keys.ts';
import { useStore } from './live/store.ts';
import { useRoute } from './live/use-route.ts';
import { type Route, toHash } from './model/route.ts';
import { shortId } from './model/short-id.ts';
import { ActionsView } from './operators/actions-view.tsx';
import { Overview } from './overview/overview.tsx';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { Header } from './parts/header.tsx';
import { HelpDialog } from './parts/help-dialog.tsx';
import { Notice } from './parts/notice.tsx';
import { QuestionDialog } from './parts/question-dialog.tsx';
import { TaskBar } from './parts/task-bar.tsx';
import { Toast } from './parts/toast.tsx';
import { PeekView } from './peek/peek-view.tsx';
import { SendView } from './send/send-view.tsx';
import { TailView } from './tail/tail-view.tsx';

export function App(): JSX.Element {
  const route = useRoute();
  const { state } = useStore(connection);
  const main = useRef<HTMLElement>(null);
  useKeys();
  const place = placeOf(route);
  const first = useRef(place);

  useEffect(() => {
    document.title = `${titleOf(route)}Cistern`;
    // users of a keyboard or a screen reader begin at the start of the new view, as on any new page
    if (first.current !== place) main.current?.focus({ preventScroll: true });
    first.current = place;
    window.scrollTo(0, 0);
  }, [place]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header />
      <ConnectionBanner />
      <main ref={main} tabIndex={-1} class={state === 'lost' ? 'stale' : undefined}>
        <ErrorBoundary key={place}>
          {state === 'refused' ? <TokenRefused /> : <View route={route} />}
        </ErrorBoundary>
      </main>
      <QuestionDialog />
      <HelpDialog />
      <TaskBar />
      <Toast />
    </>
  );
}

function View({ route }: { readonly route: Route }): JSX.Element {
  if (route.view === 'overview') return <Overview />;
  if (route.view === 'batch') {
    const { view: _, batch, ...filter } = route;
    return <BatchView batch={batch} filter={filter} />;
  }
  if (route.view === 'peek') return <PeekView {...route} />;
  if (route.view === 'send') return <SendView {...route} />;
  if (route.view === 'errors') return <ErrorsView {...route} />;
  if (route.view === 'item') return <ItemView {...route} />;
  if (route.view === 'charts') return <ChartsView {...route} />;
  if (route.view === 'actions') return <ActionsView {...route} />;
  if (route.view === 'tail') return <TailView {...route} />;
  if (route.view === 'find') return <FindView {...route} />;
  if (route.view === 'job') return <JobView id={route.job} item={route.item} />;
  return (
    <Notice title="There is no such page">
      <a href={toHash({ view: 'overview' })}>All batches</a>
    </Notice>
  );
}

const TokenRefused = (): JSX.Element => (
  <Notice title="This page may not speak to its server" tone="bad">
    <p>
      Each start of the server makes a new token. Open the dashboard by the address that the terminal shows;
      it ends in <code>#token=…</code>
    </p>
  </Notice>
);

/** Which page it is; what is chosen on it does not make it another. */
function placeOf(route: Route): string {
  if (route.view === 'batch') return toHash({ view: 'batch', batch: route.batch });
  if (route.view === 'job') return toHash({ view: 'job', job: route.job });
  if (route.view === 'item') return toHash({ view: 'item', batch: route.batch });
  return route.view === 'nothing' ? '' : toHash(route);
}

function titleOf(route: Route): string {
  if ('batch' in route && route.view !== 'tail' && route.view !== 'actions') return `${route.batch} · `;
  if (route.view === 'find') return 'Find · ';
  if (route.view === 'tail') return 'Live tail · ';
  if (route.view === 'actions') return 'Actions · ';
  return route.view === 'job' ? `Job ${shortId(route.job)} · ` : '';
}
