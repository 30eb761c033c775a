import type { ApiClient } from '../api/api-client.ts';
import { UsageError } from '../errors/errors.ts';
import type { Io } from '../io.ts';
import type { Output } from '../output/output.ts';
import { visible } from '../output/visible.ts';
import type { AddFileOptions } from './add-file.ts';
import { whyNotJson } from './json-text.ts';
import { ReceiptsFile } from './receipts-file.ts';

/** Adds one item from JSON. */
export async function addOne(
  { api, output, io }: { readonly api: Pick<ApiClient, 'add'>; readonly output: Output; readonly io: Io },
  batch: string,
  item: string,
  { retryFor: retryForMs, receipts }: Pick<AddFileOptions, 'retryFor' | 'receipts'>,
): Promise<void> {
  const problem = whyNotJson(item);
  if (problem !== undefined) {
    throw new UsageError(`The item is JSON, so a text needs its own quotes: '"text"'. ${problem}`);
  }
  const told = receipts === undefined ? undefined : await ReceiptsFile.open(receipts, batch, io.now);
  const answer = await api.add(batch, `{"item":${item}}`, {
    retryForMs,
    onWait: (_, { problem: { detail } }) => void output.note(`Waiting: ${detail}`),
    isUninterruptible: true,
  });
  // in one line: a line break in JSON, outside of texts, has no meaning
  const json = item.replaceAll(/[\r\n]/g, ' ');
  await told?.write(answer.receipts.map(receipt => ({ receipt, json })));
  await told?.close();
  await output.answer(answer, ({ receipts: [receipt] }) => {
    const at = receipt ? ` It is in job ${visible(receipt.job)}.` : '';
    return answer.duplicates > 0
      ? `${visible(batch)} had it already; this one was dropped.${at}\n`
      : `Added to ${visible(batch)}.${at}\n`;
  });
}
