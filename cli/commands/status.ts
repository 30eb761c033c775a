import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { batchDetails } from '../output/batch-details.ts';
import { batchesTable } from '../output/batches-table.ts';
import type { Session } from '../session.ts';

export function statusCommand(program: Command, session: Session): void {
  program
    .command('status')
    .summary('how the batches are, or one of them in full')
    .description(
      'Shows how every batch is: paused or running, what is buffered, its jobs by status. With a batch’s name it shows all that is known of that one: its options, its throughput, its last errors.',
    )
    .argument('[batch]', 'the one to show in full')
    .addHelpText(
      'after',
      examples(
        'cistern status',
        'cistern status clicks',
        'cistern status clicks --json | jq .jobs.dead',
        'cistern status --stack shop --region eu-west-1',
      ),
    )
    .action(async (batch: string | undefined, _options: object, command: Command) => {
      const api = await session.api(command);
      const output = session.output(command);
      if (batch === undefined) await output.answer(await api.batches(), batchesTable);
      else await output.answer(await api.batch(batch), batchDetails);
    });
}
