import type { Argument, Command, Option } from 'commander';

/** The completions of a word: candidates with their descriptions, and the names of batches or files. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether the names of the deployment's batches are candidates too. */
  readonly batches: boolean;
  /** Whether the names of files are candidates too. */
  readonly files: boolean;
}

interface Candidate {
  readonly value: string;
  readonly about: string;
}

const NOTHING: Completion = { candidates: [], batches: false, files: false };
const FILES = new Set(['path', 'file', 'module', 'directory']);

/**
 * Finds the completions of the last word of a command line.
 *
 * @param words the words after the program's name. The last one is incomplete, and may be empty
 */
export function complete(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let command: Command = program;
  let places = 0;
  let pending: Option | undefined;
  for (const word of before) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = optionsOf(program, command).find(each => each.long === word || each.short === word);
      pending = option && !option.isBoolean() ? option : undefined;
      continue;
    }
    const found = command.commands.find(each => each.name() === word);
    if (found !== undefined && places === 0) command = found;
    else places += 1;
  }
  if (pending !== undefined)
    return ofValue(pending.argChoices, nameOf(pending.flags), pending.description, current);
  if (current.startsWith('-')) {
    const options = optionsOf(program, command).filter(({ hidden }) => !hidden);
    return {
      ...NOTHING,
      candidates: options
        .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }))
        .filter(({ value }) => value.startsWith(current)),
    };
  }
  if (command === program) {
    const visible = program.createHelp().visibleCommands(program);
    return {
      ...NOTHING,
      candidates: visible
        .map(each => ({ value: each.name(), about: each.summary() || each.description() }))
        .filter(({ value }) => value.startsWith(current)),
    };
  }
  const argument: Argument | undefined = command.registeredArguments[places];
  if (argument === undefined) return NOTHING;
  return ofValue(argument.argChoices, argument.name(), argument.description, current);
}

function ofValue(
  choices: readonly string[] | undefined,
  name: string,
  about: string,
  current: string,
): Completion {
  const candidates = (choices ?? [])
    .filter(value => value.startsWith(current))
    .map(value => ({ value, about }));
  return { candidates, batches: name === 'batch', files: FILES.has(name) };
}

/** `--file <path>` → `path`. */
const nameOf = (flags: string): string => /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? '';

function optionsOf(program: Command, command: Command): readonly Option[] {
  const own = command.createHelp().visibleOptions(command);
  return command === program ? own : [...own, ...program.options];
}
