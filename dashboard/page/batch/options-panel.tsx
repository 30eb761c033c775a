import type { JSX } from 'preact';
import type { BatchOptions } from '../api/contract.ts';
import { describeOptions } from '../model/describe-options.ts';
import { Panel } from '../parts/panel.tsx';

/** What the batch was defined with. */
export function OptionsPanel({ options }: { readonly options: BatchOptions }): JSX.Element {
  return (
    <Panel id="options" title="Definition">
      <dl class="options">
        {describeOptions(options).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
