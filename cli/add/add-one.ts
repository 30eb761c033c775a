import type { ApiClient } from '../api-client.ts';
import { UsageError } from '../errors.ts';
import type { Output } from '../output/output.ts';
import { visible } from '../output/visible.ts';
import { whyNotJson } from './items.ts';

/** Adds one item that was given as JSON. */
export async function addOne(
  { api, output }: { readonly api: Pick<ApiClient, 'add'>; readonly output: Output },
  batch: string,
  item: string,
  patienceMs: number,
): Promise<void> {
  const problem = whyNotJson(item);
  if (problem !== undefined) {
    throw new UsageError(`The item is JSON, so a text needs its own quotes: '"text"'. ${problem}`);
  }
  const answer = await api.add(batch, `{"item":${item}}`, {
    patienceMs,
    onWait: (_, { problem: { detail } }) => void output.note(`Waiting: ${detail}`),
    isUninterruptible: true,
  });
  await output.answer(answer, ({ receipts: [receipt] }) => {
    const at = receipt ? ` It is in job ${visible(receipt.job)}.` : '';
    return answer.duplicates > 0
      ? `${visible(batch)} had it already; this one was dropped.${at}\n`
      : `Added to ${visible(batch)}.${at}\n`;
  });
}
