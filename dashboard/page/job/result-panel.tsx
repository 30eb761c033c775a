import type { JSX } from 'preact';
import type { JobInfo } from '../api/contract.ts';
import { bytes } from '../model/format.ts';
import { Panel } from '../parts/panel.tsx';

/** What the handler returned. */
export function ResultPanel({ job: { result, resultCut } }: { readonly job: JobInfo }): JSX.Element | null {
  if (resultCut !== undefined) {
    return (
      <Panel
        id="result"
        title="Result"
        note={`${bytes(resultCut.bytes)}, too large to be kept: its beginning`}
      >
        <pre class="code">{resultCut.preview} …</pre>
      </Panel>
    );
  }
  if (result === undefined) return null;
  return (
    <Panel id="result" title="Result">
      <pre class="code">{JSON.stringify(result, null, 2)}</pre>
    </Panel>
  );
}
