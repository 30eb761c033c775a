import { Readable } from 'node:stream';
import { orMissing } from '#lib/parts';
import { messageOf } from '../errors/error-facts.ts';
import { CLI_CODES, CommandError, UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { count, number } from '../output/number.ts';
import { MAX_BODY_BYTES } from './body.ts';
import type { Entry } from './entry.ts';
import { toEntry, tooLong } from './json-text.ts';
import { PAUSE_MS } from './source.ts';
import { withPauses } from './with-pauses.ts';

interface CsvOptions {
  /** Lines before this one are skipped, except the header. */
  readonly fromLine: number;
  /** The fields that are numbers. All others are texts. */
  readonly numbers: readonly string[];
}

/** A number as JSON writes it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads the rows of CSV (RFC 4180) as items: objects with the header's names. Fields are texts, and those in `numbers` are
 * numbers. An empty field of a number is left out. An item's line is the last one of its row.
 *
 * @throws CommandError `cli.csv_invalid` if the rest cannot be read; CisternError `package.part_missing`; UsageError if
 *   `numbers` names an unknown field
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array | undefined>,
  { fromLine, numbers }: CsvOptions,
): AsyncGenerator<Entry | undefined> {
  const { parse } = await import('csv-parse').catch(orMissing('csv'));
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_BODY_BYTES,
  });
  const bytes = Readable.from(withoutPauses(chunks), { objectMode: false });
  bytes.on('error', error => parser.destroy(error));
  const rows = bytes.pipe(parser) as AsyncIterable<Row>;
  let header: readonly string[] | undefined;
  try {
    for await (const row of withPauses(rows, PAUSE_MS)) {
      if (row === undefined) yield undefined;
      else if (header === undefined) header = checkedHeader(row.record, numbers);
      else if (row.info.lines >= fromLine) yield { entry: toItem(header, row, numbers), end: row.info.bytes };
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && String(cause.code).startsWith('CSV_'))) throw cause;
    throw new CommandError(
      CLI_CODES.csvInvalid,
      EXIT.refused,
      `The CSV cannot be read on: ${messageOf(cause)}.`,
      {
        cause,
      },
    );
  }
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly bytes: number };
}

function checkedHeader(names: readonly string[], numbers: readonly string[]): readonly string[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined || names.includes('')) {
    throw new CommandError(
      CLI_CODES.csvInvalid,
      EXIT.refused,
      `The header of the CSV has to name each field once; ${twice === undefined ? 'one has no name' : `${JSON.stringify(twice)} is there twice`}.`,
    );
  }
  const unknown = numbers.find(name => !names.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`--numbers names ${JSON.stringify(unknown)}; the header has ${names.join(', ')}.`);
}

function toItem(
  header: readonly string[],
  { record, info: { lines: line } }: Row,
  numbers: readonly string[],
): Entry['entry'] {
  const refuse = (detail: string) => ({ refusal: { line, code: 'cli.csv_row_invalid', detail } });
  if (record.length !== header.length) {
    return refuse(`It has ${count(record.length, 'field')}, and the header has ${number(header.length)}.`);
  }
  const parts: string[] = [];
  for (const [at, name] of header.entries()) {
    const value = record[at] ?? '';
    const isNumber = numbers.includes(name);
    if (isNumber && value === '') continue;
    if (isNumber && !NUMBER.test(value)) return refuse(`${name} is no number: ${JSON.stringify(value)}.`);
    parts.push(`${JSON.stringify(name)}:${isNumber ? value : JSON.stringify(value)}`);
  }
  const json = `{${parts.join(',')}}`;
  return Buffer.byteLength(json) > MAX_BODY_BYTES ? { refusal: tooLong(line) } : toEntry(line, json);
}

async function* withoutPauses(chunks: AsyncIterable<Uint8Array | undefined>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) if (chunk !== undefined) yield chunk;
}
