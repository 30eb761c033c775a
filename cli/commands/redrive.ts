import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { UsageError } from '../errors.ts';
import { examples } from '../examples.ts';
import { count } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

interface RedriveOptions {
  readonly all?: string;
  readonly yes?: boolean;
}

export function redriveCommand(program: Command, session: Session): void {
  program
    .command('redrive')
    .summary('run a dead or failed job again, or all of a batch')
    .description(
      'Runs a dead or failed job again, with the items of it that are not done and with all its attempts. --all runs every dead and failed job of a batch again, and wants a confirmation.',
    )
    .argument('[id]', 'the job')
    .option('--all <batch>', 'every dead and failed job of this batch')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'cistern redrive 0192d3a4-…',
        'cistern redrive --all clicks',
        'cistern redrive --all clicks --yes',
      ),
    )
    .action(async (id: string | undefined, { all, yes = false }: RedriveOptions, command: Command) => {
      if ((id === undefined) === (all === undefined)) {
        throw new UsageError('Give the id of one job, or --all with the name of a batch.');
      }
      const api = await session.api(command);
      const output = session.output(command);
      if (id !== undefined) {
        await output.answer(await api.redrive(id), job => `Job ${visible(job.id)} runs again.\n`);
      } else if (all !== undefined) {
        await confirm(`Every dead and failed job of ${all} is run again.`, { yes, io: session.io });
        await output.answer(
          await api.redriveAll(all),
          ({ redriven }) =>
            `${count(redriven, 'job of', 'jobs of')} ${visible(all)} ${redriven === 1 ? 'runs' : 'run'} again.\n`,
        );
      }
    });
}
