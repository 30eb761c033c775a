import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchOptions } from '../api/contract.ts';
import { describeOptions } from '../model/describe-options.ts';

/** Narrower pages have one column, where the definition would stand between the charts and the jobs. */
const WIDE = '(width >= 1080px)';

/** What the batch was defined with; folded where there is one column. */
export function OptionsPanel({ options }: { readonly options: BatchOptions }): JSX.Element {
  const [open, setOpen] = useState(matchMedia(WIDE).matches);
  return (
    <section class="panel" aria-labelledby="options">
      <details class="folding" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary class="panel-head">
          <h2 id="options">Definition</h2>
        </summary>
        <dl class="options">
          {describeOptions(options).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
