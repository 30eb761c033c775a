import type { Command } from 'commander';
import { examples } from '../output/examples.ts';
import { count } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

export function resumeCommand(program: Command, session: Session): void {
  program
    .command('resume')
    .summary('let a paused batch go on')
    .description(
      'Lets a paused or drained batch go on: buffers that are full or due are flushed at once, and parked jobs run.',
    )
    .argument('<batch>', 'the batch')
    .addHelpText('after', examples('cistern resume clicks'))
    .action(async (batch: string, _options: object, command: Command) => {
      const api = await session.api(command);
      await session
        .output(command)
        .answer(
          await api.call('POST /v1/batches/{batch}/resume', { batch }),
          ({ batch: name, flushed, unparked }) =>
            `${visible(name)} goes on: ${count(flushed, 'buffer was', 'buffers were')} flushed, ${count(unparked, 'parked job runs', 'parked jobs run')}.\n`,
        );
    });
}
