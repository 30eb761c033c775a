import type { ApiClient } from '../api/api-client.ts';
import { CLI_CODES, CliError, CommandError, InterruptedError, UsageError } from '../errors/errors.ts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { count, number } from '../output/number.ts';
import type { Output } from '../output/output.ts';
import { Adder, type ToldItem } from './adder.ts';
import { BulkUnderWay } from './body.ts';
import { readCsv } from './csv.ts';
import { FORMAT_NAMES, type Format, formatOf, isNamed } from './format.ts';
import type { Refusal } from './item.ts';
import { readJsonArray } from './json-array.ts';
import { readJsonLines } from './json-lines.ts';
import { exitCodeOf } from './outcome.ts';
import { peek } from './peek.ts';
import { ReceiptsFile } from './receipts-file.ts';
import { addReport } from './report.ts';
import { openSource } from './source.ts';

export interface AddFileOptions {
  readonly file?: string;
  /** The file's format. Default: decided by the ending of its name, or by its beginning. */
  readonly format?: Format;
  /** The fields of CSV that are numbers. */
  readonly numbers?: readonly string[];
  readonly fromLine: number;
  readonly maxRefused: number;
  readonly retryFor: number;
  /** The file that receipts are appended to. */
  readonly receipts?: string;
}

interface Surroundings {
  readonly api: Pick<ApiClient, 'add'>;
  readonly output: Output;
  readonly io: Io;
}

/**
 * Adds the lines of a file, and reports the outcome of each line, also if it ends early.
 *
 * @throws the error that ended it early
 */
export async function addFile(
  { api, output, io }: Surroundings,
  batch: string,
  { file, format: given, numbers = [], fromLine, maxRefused, retryFor, receipts }: AddFileOptions,
): Promise<ExitCode> {
  const { chunks: source, size } = await openSource(file, io);
  const { beginning, chunks } = await peek(source);
  const format = given ?? formatOf(file, beginning);
  const name = file === undefined || file === '-' ? 'stdin' : file;
  if (given === undefined && !isNamed(file)) {
    await output.note(`Reading ${name} as ${FORMAT_NAMES[format]}; --format names another format.`);
  }
  if (numbers.length > 0 && format !== 'csv') {
    throw new UsageError(`--numbers is for CSV, and ${name} is ${FORMAT_NAMES[format]}.`);
  }
  const unit = format === 'json' ? 'item' : 'line';
  const told = receipts === undefined ? undefined : await ReceiptsFile.open(receipts, batch, io.now);
  const progress = output.progress();
  const say = (text: string) => {
    progress.clear();
    void output.note(text);
  };
  const onRefusal = ({ line, code, detail }: Refusal) =>
    say(`${unit === 'item' ? 'Item' : 'Line'} ${number(line)} was refused [${code}]: ${detail}`);
  const onWait = (_: number, reason: string) => say(`Waiting: ${reason}`);
  const onReceipts = async (items: readonly ToldItem[]) => told?.write(items);
  const adder = new Adder({ api, io, batch, retryForMs: retryFor, onRefusal, onWait, onReceipts });
  const { outcome } = adder;
  const bulk = new BulkUnderWay();
  let readBytes = 0;
  let nextLine: number | undefined = fromLine;

  const send = async () => {
    if (bulk.isEmpty) return;
    const items = bulk.close();
    const last = items.at(-1);
    if (last) nextLine = last.line + 1;
    await adder.add(items);
    const done = `${count(outcome.accepted + outcome.duplicates, 'item')}, ${number(outcome.refused.length)} refused`;
    progress.update(size === undefined ? undefined : readBytes / size, done);
  };
  const check = () => {
    if (io.interrupted.aborted) throw new InterruptedError(io.interrupted.reason);
    if (outcome.refused.length > maxRefused) throw tooManyRefused(maxRefused, unit);
  };
  let failure: unknown;
  try {
    for await (const read of READERS[format](chunks, { fromLine, numbers })) {
      if (read === undefined) {
        await send();
        check();
        continue;
      }
      const { entry, end } = read;
      if ('refusal' in entry) {
        outcome.refused.push(entry.refusal);
        onRefusal(entry.refusal);
      } else if (!bulk.take(entry.item)) {
        await send();
        bulk.take(entry.item);
      }
      readBytes = end;
      check();
    }
    const rest = send();
    // this is the last request: even if it fails, no line is left to resume from
    nextLine = undefined;
    await rest;
  } catch (error) {
    // an interruption makes the reading fail too, with another error
    const isRead = io.interrupted.aborted && !(error instanceof CliError);
    failure = isRead ? new InterruptedError(io.interrupted.reason) : error;
  }
  await told?.close();
  progress.clear();
  outcome.refused.sort((a, b) => a.line - b.line);
  // lines that were tried again come after later lines
  for (const lines of [outcome.notAdded, outcome.unknown]) lines.sort((a, b) => a - b);
  await output.answer(
    { batch, format, ...outcome, ...(nextLine !== undefined && { resumeFrom: nextLine }) },
    answer => addReport(answer, unit),
  );
  if (failure !== undefined) throw failure;
  return exitCodeOf(outcome);
}

const READERS = { json: readJsonArray, ndjson: readJsonLines, csv: readCsv } as const;

const tooManyRefused = (allowed: number, unit: string): CommandError =>
  new CommandError(
    CLI_CODES.tooManyRefused,
    EXIT.refused,
    `More than ${count(allowed, `${unit} was`, `${unit}s were`)} refused (--max-refused).`,
  );
