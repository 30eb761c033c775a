import pLimit from 'p-limit';
import { MAX_BODY_BYTES } from '../add/body.ts';
import { lines } from '../add/lines.ts';
import { openSource } from '../add/source.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { SlotView } from '../api/api-types.ts';
import { InterruptedError } from '../errors/errors.ts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { count } from '../output/number.ts';
import type { Output } from '../output/output.ts';
import { type Breach, judge, type Place, type WholeWindow } from './judge.ts';
import { parseReceipt, type ReceiptLine } from './receipt.ts';
import { emptyReport, verifyReport } from './report.ts';
import { Spool } from './spool.ts';

/** How many windows are read at the same time. */
const PARALLEL_WINDOWS = 8;
/** How many breaches are listed. All are counted. */
const TOLD = 100;

export interface VerifyOptions {
  /** Whether the items of receipts are compared with the stored ones. */
  readonly items: boolean;
  /** Whether a line is written for each receipt. */
  readonly each?: true;
}

interface Surroundings {
  readonly api: Pick<ApiClient, 'call'>;
  readonly output: Output;
  readonly io: Io;
}

/**
 * Compares a file of receipts with a deployment. The receipts are sorted by their jobs on disk, so that only a part of
 * them is in memory at a time.
 *
 * @returns 1 if a promise is broken, or if a line is no receipt
 */
export async function verify(
  { api, output, io }: Surroundings,
  file: string,
  options: VerifyOptions,
): Promise<ExitCode> {
  const report = emptyReport();
  const spool = await Spool.open();
  const progress = output.progress();
  const limit = pLimit(PARALLEL_WINDOWS);
  const take = async (of: readonly ReceiptLine[]) => {
    const window = await wholeWindow(api, of[0]?.job ?? '');
    const { places, breaches } = judge(window, of, { now: io.now(), compareItems: options.items });
    for (const place of places) report.places[place] += 1;
    report.broken += breaches.length;
    report.breaches.push(...breaches.slice(0, Math.max(0, TOLD - report.breaches.length)));
    if (options.each)
      for (const [at, receipt] of of.entries()) await output.write(eachLine(receipt, places[at], breaches));
  };
  try {
    await sort(spool, file, io, report);
    let checked = 0;
    for await (const part of spool.parts()) {
      if (io.interrupted.aborted) throw new InterruptedError(io.interrupted.reason);
      const byJob = sortByJob(part.flatMap(toReceipt));
      await Promise.all(Array.from(byJob.values(), of => limit(() => take(of))));
      checked += part.length;
      progress.update(checked / report.receipts, count(checked, 'receipt'));
    }
  } finally {
    progress.clear();
    await spool.close();
  }
  await output.answer(report, verifyReport);
  return report.broken > 0 || report.malformed.count > 0 ? EXIT.failed : EXIT.ok;
}

/** Reads the whole file into the spool. Each line there begins with its number. */
async function sort(
  spool: Spool,
  file: string,
  io: Io,
  report: ReturnType<typeof emptyReport>,
): Promise<void> {
  const { chunks } = await openSource(file, io);
  for await (const read of lines(chunks, MAX_BODY_BYTES)) {
    if (read === undefined) continue;
    const json = read.bytes === undefined ? undefined : Buffer.from(read.bytes).toString('utf8').trim();
    if (json === '') continue;
    const receipt = json === undefined ? undefined : parseReceipt(json, read.number);
    if (receipt === undefined) {
      report.malformed.count += 1;
      report.malformed.first ??= read.number;
      continue;
    }
    report.receipts += 1;
    await spool.add(receipt.job, `${read.number} ${json}`);
  }
}

function sortByJob(receipts: readonly ReceiptLine[]): Map<string, ReceiptLine[]> {
  const byJob = new Map<string, ReceiptLine[]>();
  for (const receipt of receipts) {
    const of = byJob.get(receipt.job);
    if (of) of.push(receipt);
    else byJob.set(receipt.job, [receipt]);
  }
  return byJob;
}

function toReceipt(spooled: string): ReceiptLine[] {
  const space = spooled.indexOf(' ');
  const receipt = parseReceipt(spooled.slice(space + 1), Number(spooled.slice(0, space)));
  return receipt ? [receipt] : [];
}

async function wholeWindow(api: Pick<ApiClient, 'call'>, id: string): Promise<WholeWindow> {
  const slots: SlotView[] = [];
  for (let from: number | undefined; ; ) {
    const { nextSlot, ...page } = await api.call('GET /v1/jobs/{job}/window', { job: id, from });
    slots.push(...page.slots);
    if (nextSlot === undefined) return { ...page, slots };
    from = nextSlot;
  }
}

function eachLine(
  { line, batch, job, slot, duplicate }: ReceiptLine,
  place: Place | undefined,
  breaches: readonly Breach[],
): string {
  const codes = breaches.filter(({ lines: of }) => of.includes(line)).map(({ code }) => code);
  return `${JSON.stringify({ line, batch, job, slot, duplicate, place, ...(codes.length > 0 && { breaches: codes }) })}\n`;
}
