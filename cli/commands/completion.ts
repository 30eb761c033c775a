import { Argument, type Command } from 'commander';
import { SCRIPTS, SHELLS, type Shell } from '../complete/scripts.ts';
import { complete } from '../complete/words.ts';
import { examples } from '../output/examples.ts';
import { visible } from '../output/visible.ts';
import { Session } from '../session.ts';

export function completionCommand(program: Command, session: Session): void {
  program
    .command('completion')
    .summary('write the script that completes commands in a shell')
    .description(
      'Writes a script for bash, zsh or fish that completes commands, options and the names of batches. It works where the shell finds `cistern`: installed globally, or with node_modules/.bin in PATH.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'source <(cistern completion bash)                 # in ~/.bashrc',
        'source <(cistern completion zsh)                  # in ~/.zshrc, after compinit',
        'cistern completion fish > ~/.config/fish/completions/cistern.fish',
      ),
    )
    .action(async (shell: Shell) => session.io.stdout.write(SCRIPTS[shell]));
  program
    .command('complete-words', { hidden: true })
    .description('What the scripts of `cistern completion` ask.')
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { candidates, batches, files } = complete(program, words);
      const lines = candidates.map(({ value, about }) => `${value}\t${visible(about)}\n`);
      if (batches) lines.push(...(await batchNames(program, session, words)).map(name => `${name}\tbatch\n`));
      if (files) lines.push(':files\n');
      await session.io.stdout.write(lines.join(''));
    });
}

/** How long a completion waits for the names of the batches. */
const WITHIN_MS = 1_500;

/** Asks for the names of the batches of the deployment that the line names. Returns none if it does not answer in time. */
async function batchNames(program: Command, session: Session, words: readonly string[]): Promise<string[]> {
  const named = new Map(
    words.flatMap((word, at) =>
      /^--(url|stack|region|profile)$/.test(word) ? [[word.slice(2), words[at + 1]]] : [],
    ),
  );
  for (const [name, value] of named) if (name && value) program.setOptionValue(name, value);
  const { io, loadDashboard } = session;
  const interrupted = AbortSignal.any([io.interrupted, AbortSignal.timeout(WITHIN_MS)]);
  const names = await new Session({ ...io, interrupted }, loadDashboard)
    .api(program)
    .then(api => api.call('GET /v1/batches', {}))
    .then(({ batches }) => batches.map(({ batch }) => batch))
    .catch(() => []);
  const current = words.at(-1) ?? '';
  return names.filter(name => name.startsWith(current));
}
