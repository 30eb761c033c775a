import type { JSX } from 'preact';
import { toHash } from '../model/route.ts';
import { Name } from './name.tsx';

/** The way back to all batches, and to the one that a view is a part of. */
export function BatchCrumbs({ batch }: { readonly batch?: string }): JSX.Element {
  return (
    <nav aria-label="Breadcrumb" class="crumbs">
      <a href={toHash({ view: 'overview' })}>Batches</a>
      {batch !== undefined && (
        <a href={toHash({ view: 'batch', batch })}>
          <Name value={batch} />
        </a>
      )}
    </nav>
  );
}
