import { type Command, Option } from 'commander';
import { type AddFileOptions, addFile } from '../add/add-file.ts';
import { addOne } from '../add/add-one.ts';
import { FORMATS } from '../add/format.ts';
import { UsageError } from '../errors/errors.ts';
import { parseDuration } from '../input/duration.ts';
import { wholeNumber } from '../input/whole-number.ts';
import { examples } from '../output/examples.ts';
import type { Session } from '../session.ts';

/** Splits a comma-separated list of names. */
const names = (text: string): string[] => text.split(',').map(name => name.trim());

const RETRY_FOR = '1m';
const MAX_REFUSED = 1_000;

export function addCommand(program: Command, session: Session): void {
  program
    .command('add')
    .summary('add an item, or the items of a file')
    .description(
      'Adds an item that is given as JSON, or the items of a file or of stdin: a JSON array, newline-delimited JSON (an item a line), or CSV with a header (a row an item). Items are sent in their order and in bulks; those that are refused are named, and all others are added. What may be stored already is never sent again.',
    )
    .argument('<batch>', 'the batch')
    .argument('[item]', 'an item as JSON; without it a file or stdin is read')
    .option('-f, --file <path>', 'the file with the items; - is stdin (default: stdin)')
    .addOption(
      new Option(
        '--format <format>',
        'what the file is (default: by the ending of its name, or how it begins)',
      ).choices(FORMATS),
    )
    .option(
      '--numbers <fields>',
      'fields of CSV that are numbers, with commas between; all others are texts',
      names,
    )
    .option(
      '--from-line <number>',
      'pass over the lines before this one; of a JSON array, the items',
      wholeNumber(1),
      1,
    )
    .option('--max-refused <number>', 'give up after so many refused items', wholeNumber(0), MAX_REFUSED)
    .option('--receipts <path>', 'append what the API told of each item, for `cistern verify`')
    .addOption(
      new Option('--retry-for <time>', 'how long to go on trying where the API says to come later')
        .argParser(parseDuration)
        .default(parseDuration(RETRY_FOR), RETRY_FOR),
    )
    .addHelpText(
      'after',
      examples(
        `cistern add clicks '{"id":"c1","site":"example.com"}'`,
        'cistern add clicks --file clicks.ndjson',
        'cistern add clicks --file clicks.json',
        'cistern add clicks --file clicks.csv --numbers at,price',
        'zcat clicks.ndjson.gz | cistern add clicks',
        'cistern add clicks --file clicks.ndjson --from-line 20001',
      ),
    )
    .action(async (batch: string, item: string | undefined, options: AddFileOptions, command: Command) => {
      const { stdin } = session.io;
      if (item !== undefined) {
        if (options.file !== undefined) throw new UsageError('Give an item or --file, not both.');
        const api = await session.api(command);
        return addOne({ api, output: session.output(command), io: session.io }, batch, item, options);
      }
      if (stdin.isTTY && options.file === undefined) {
        throw new UsageError('Give an item, or --file, or pipe lines into it; --file - reads what is typed.');
      }
      const api = await session.api(command);
      const output = session.output(command);
      session.exitCode = await addFile({ api, output, io: session.io }, batch, options);
    });
}
