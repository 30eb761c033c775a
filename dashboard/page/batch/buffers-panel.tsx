import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { flushGroupQuestion } from '../actions/batch-questions.ts';
import type { BatchStatus, GroupStatus } from '../api/contract.ts';
import { LIMIT, requestTo } from '../api/request-to.ts';
import { useLive } from '../live/use-live.ts';
import { count } from '../model/format.ts';
import { GROUP_ORDERS, type GroupOrder, orderGroups } from '../model/group-order.ts';
import { toHash } from '../model/route.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { FillBar } from '../parts/bar.tsx';
import { Choice } from '../parts/choice.tsx';
import { Name } from '../parts/name.tsx';
import { Loading, Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Panel } from '../parts/panel.tsx';
import { ACTIONS, numbers, TableHead } from '../parts/table-head.tsx';
import { Ago, Until } from '../parts/times.tsx';

const ORDER_NAMES: Readonly<Record<GroupOrder, string>> = { fullest: 'Fullest', due: 'Due next' };

/** The open buffers: how full, and how long until they flush for their age. */
export function BuffersPanel({ batch }: { readonly batch: BatchStatus }): JSX.Element {
  const [order, setOrder] = useState<GroupOrder>('fullest');
  const [page, setPage] = useState<readonly string[]>([]);
  const { data, problem } = useLive(
    requestTo('GET /v1/batches/{batch}/groups', { batch: batch.batch, limit: LIMIT, cursor: page.at(-1) }),
  );
  const many = (data?.groups.length ?? 0) > 1;
  return (
    <Panel
      id="buffers"
      title="Buffers"
      note={data && batch.options.grouped ? `${count(batch.buffers.open)} open` : undefined}
      aside={
        many && (
          <Choice
            label="Order of the buffers"
            options={GROUP_ORDERS.map(value => ({ value, name: ORDER_NAMES[value] }))}
            chosen={order}
            choose={setOrder}
          />
        )
      }
    >
      {problem && (
        <Notice title="The buffers cannot be shown" tone="bad">
          {problem.message}
        </Notice>
      )}
      {!data && !problem && <Loading />}
      {data?.groups.length === 0 && (
        <Notice title="Nothing is buffered">Items show up here as soon as they are added.</Notice>
      )}
      {data && data.groups.length > 0 && (
        <div class="scroll tall">
          <table class="cards buffers">
            <caption class="visually-hidden">Open buffers of {batch.batch}</caption>
            <TableHead
              columns={[
                batch.options.grouped ? 'Group' : 'Buffer',
                'Fill',
                numbers('Items'),
                numbers('Open for'),
                numbers('Flushes in'),
                ACTIONS,
              ]}
            />
            <tbody>
              {orderGroups(data.groups, order).map(group => (
                <Row key={`g:${group.group ?? ''}`} batch={batch} group={group} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager what="groups" page={page} next={data?.cursor} go={setPage} />
    </Panel>
  );
}

function Row({ batch, group }: { readonly batch: BatchStatus; readonly group: GroupStatus }): JSX.Element {
  const { items, maxSize, openedAt, deadline } = group;
  const name = group.group ?? 'all items';
  return (
    <tr>
      <th scope="row" class="title">
        {group.group === undefined ? (
          <span class="muted">All items</span>
        ) : (
          <a href={toHash({ view: 'batch', batch: batch.batch, group: group.group })}>
            <Name value={group.group} />
          </a>
        )}
      </th>
      <td class="fill">
        <FillBar part={items} whole={maxSize} label={`${items} of ${maxSize} items`} />
      </td>
      <td class="number" data-name="Items">
        {count(items)} <span class="muted">/ {count(maxSize)}</span>
      </td>
      <td class="number" data-name="Open for">
        <Ago at={openedAt} />
      </td>
      <td class="number" data-name="Flushes in">
        {batch.paused ? <span class="muted">held</span> : <Until at={deadline} past="now" />}
      </td>
      <td class="row-actions">
        {batch.options.persist && (
          <a
            class="button small"
            href={toHash({
              view: 'peek',
              batch: batch.batch,
              ...(group.group !== undefined && { group: group.group }),
            })}
            aria-label={`Peek into ${name}`}
          >
            Peek
          </a>
        )}
        <ActionButton
          small
          tone="plain"
          label={`Flush ${name}`}
          question={() => flushGroupQuestion(batch, group.group, items)}
        >
          Flush
        </ActionButton>
      </td>
    </tr>
  );
}
