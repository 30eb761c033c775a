import type { JSX } from 'preact';
import { requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { fieldsOf } from '../model/schema-fields.ts';
import { BatchProblem } from '../parts/batch-problem.tsx';
import { Loading } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewHead } from '../parts/view-head.tsx';
import { SchemaForm } from './schema-form.tsx';
import { SendForm } from './send-form.tsx';
import { SentPanel } from './sent-panel.tsx';
import { useSending } from './use-sending.ts';

/** Adds items to a batch by hand: one to try it, or a file of them. */
export function SendView({ batch }: { readonly batch: string }): JSX.Element {
  const { data: status, problem } = useLive(requestTo('GET /v1/batches/{batch}', { batch }), () => 5_000);
  const { data: schema } = useLive(requestTo('GET /v1/batches/{batch}/schema', { batch }), () => 300_000);
  const fields = fieldsOf(schema?.jsonSchema);
  const { sent, send } = useSending(batch);
  if (problem) return <BatchProblem problem={problem} />;
  if (!status) return <Loading />;
  return (
    <>
      <ViewHead batch={batch} title="Send items" />
      {status.ingestionPaused && (
        <div class="banner paused">
          <p>
            <strong>This batch refuses new items.</strong> Resume it to send any.
          </p>
        </div>
      )}
      <div class="columns">
        <div class="main-column">
          {fields !== undefined && (
            <Panel id="one" title="One item" note="by the batch’s schema">
              <SchemaForm fields={fields} busy={sent?.busy ?? false} send={send} />
            </Panel>
          )}
          <Panel id="send" title="Items">
            <SendForm busy={sent?.busy ?? false} send={send} />
          </Panel>
        </div>
        <div class="side-column">
          <SentPanel sent={sent} />
        </div>
      </div>
    </>
  );
}
