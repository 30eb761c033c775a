import type { Command } from 'commander';
import { examples } from '../output/examples.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

export function pauseCommand(program: Command, session: Session): void {
  program
    .command('pause')
    .summary('run nothing of a batch until it is resumed')
    .description(
      'Stops a batch: nothing of it is flushed or run until it is resumed. Items are still taken and stay buffered, unless --ingestion refuses them too; jobs that are running come to their end.',
    )
    .argument('<batch>', 'the batch')
    .option('--ingestion', 'take no items either')
    .addHelpText('after', examples('cistern pause clicks', 'cistern pause clicks --ingestion'))
    .action(async (batch: string, { ingestion }: { ingestion?: true }, command: Command) => {
      const api = await session.api(command);
      const state = await api.call('POST /v1/batches/{batch}/pause', {
        batch,
        ...(ingestion && { ingestion }),
      });
      await session
        .output(command)
        .answer(
          state,
          ({ batch: name, ingestionPaused }) =>
            `${visible(name)} is paused; ${ingestionPaused ? 'it takes no items either' : 'items are taken, and stay buffered'}.\n`,
        );
    });
}
