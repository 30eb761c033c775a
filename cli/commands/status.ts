import type { Command } from 'commander';
import type { Batches, BatchStatus } from '../api/api-types.ts';
import { batchDetails } from '../output/batch-details.ts';
import { batchesTable } from '../output/batches-table.ts';
import { examples } from '../output/examples.ts';
import { repaint } from '../output/repaint.ts';
import type { Session } from '../session.ts';

interface StatusOptions {
  readonly watch?: boolean;
}

const WATCH_MS = 2_000;

export function statusCommand(program: Command, session: Session): void {
  program
    .command('status')
    .summary('how the batches are, or one of them in full')
    .description(
      'Shows how every batch is: enabled, paused or draining, what is buffered, its jobs by status. With a batch’s name it shows all that is known of that one: its options, its throughput, its last errors.',
    )
    .argument('[batch]', 'the one to show in full')
    .option('-w, --watch', 'show it again every two seconds, until Ctrl-C')
    .addHelpText(
      'after',
      examples(
        'cistern status',
        'cistern status clicks',
        'cistern status --watch',
        'cistern status clicks --json | jq .jobs.dead',
        'cistern status --stack shop --region eu-west-1',
      ),
    )
    .action(async (batch: string | undefined, { watch = false }: StatusOptions, command: Command) => {
      const api = await session.api(command);
      const output = session.output(command);
      const showing = { io: session.io, output, everyMs: WATCH_MS };
      if (batch === undefined) {
        const ask = () => api.call('GET /v1/batches', {});
        const show = (all: Batches) => output.answer(all, batchesTable);
        if (watch) await repaint(showing, ask, show);
        else await show(await ask());
      } else {
        const ask = () => api.call('GET /v1/batches/{batch}', { batch });
        const show = (one: BatchStatus) => output.answer(one, batchDetails);
        if (watch) await repaint(showing, ask, show);
        else await show(await ask());
      }
    });
}
