import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Command, Option } from 'commander';
import { createProgram } from '../../cli/program.ts';
import type { Session } from '../../cli/session.ts';

const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md') && !file.startsWith('site/'))
    .map(file => `docs/${file}`),
];
const sink = { isTTY: false, columns: undefined, write: () => {} };
const program = createProgram({
  io: { stdout: sink, stderr: sink, env: {}, now: () => 0 },
} as unknown as Session);
const NAMES = new Set(program.commands.map(each => each.name()));

/** Words of a line as a shell has them: what is quoted is one, and a comment, a pipe or the next command ends them. */
function wordsOf(line: string): string[] {
  const [command = ''] = line.split(/\s+(?:#|\||&&|<|>)/);
  return [...command.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word.replace(/^['"]|['"]$/g, ''));
}

/** Commands in blocks for a shell, and those that a sentence names. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const prose = page.replaceAll(/```[\s\S]*?```/g, '');
  const named = [...prose.matchAll(/`((?:npx )?cistern [^`]+)`/g)].map(([, command = '']) => command);
  return [...blocks, ...named].flatMap(line => {
    const [, rest] = /^(?:npx |npm run )?cistern(?: --)? (.*)$/.exec(line.trim()) ?? [];
    return rest === undefined ? [] : [rest];
  });
}

/** What is wrong with a command, by the program's own commands and options. */
function wrongWith(text: string): string | undefined {
  const words = wordsOf(text);
  const at = words.findIndex(word => NAMES.has(word));
  const command: Command | undefined = program.commands.find(each => each.name() === words[at]);
  // `cistern --help`, and options of all commands
  const [first = ''] = words;
  if (command === undefined)
    return first === 'help' || first.startsWith('-') ? undefined : `no command ${first}`;
  const options: readonly Option[] = [...program.options, ...command.options];
  let places = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (index === at) continue;
    if (!word.startsWith('-') || word === '--') {
      if (word !== '--' && word !== '…') places += 1;
      continue;
    }
    const [flag = '', value] = word.split('=', 2);
    const option = options.find(({ long, short }) => long === flag || short === flag);
    if (flag === '--help' || flag === '-h') continue;
    if (option === undefined) return `no option ${flag}`;
    if (!option.required) continue;
    const given = value ?? words[++index];
    if (given !== undefined && /^[a-z]/.test(given) && option.argChoices?.includes(given) === false)
      return `${flag} is none of ${given}`;
  }
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : command.registeredArguments.length;
  return places > most ? `too many arguments for ${command.name()}` : undefined;
}

describe('the command line as the pages have it', () => {
  test.each(
    PAGES.map(page => [page, commandsOf(readFileSync(page, 'utf8'))] as const).filter(
      ([, commands]) => commands.length > 0,
    ),
  )('%s names commands, options and choices that there are', (_, commands) => {
    expect(commands.map(each => [each, wrongWith(each)]).filter(([, wrong]) => wrong !== undefined)).toEqual(
      [],
    );
  });

  test('is checked by a check that finds what is wrong', () => {
    expect(wrongWith('flusch clicks')).toBe('no command flusch');
    expect(wrongWith('flush clicks --forced')).toBe('no option --forced');
    expect(wrongWith('redrive --all clicks --status completed')).toBe('--status is none of completed');
    expect(wrongWith("add clicks '{}' more")).toBe('too many arguments for add');
    expect(wrongWith('--stack shop status clicks # a comment')).toBeUndefined();
    expect(PAGES.flatMap(page => commandsOf(readFileSync(page, 'utf8'))).length).toBeGreaterThan(60);
  });
});
