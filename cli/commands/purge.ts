import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import { confirm } from '../input/confirm.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { examples } from '../output/examples.ts';
import { count } from '../output/number.ts';
import { visible } from '../output/visible.ts';
import type { Session } from '../session.ts';

export function purgeCommand(program: Command, session: Session): void {
  program
    .command('purge')
    .summary('forget a finished job and its items')
    .description('Forgets a finished job with its items, for good. It wants a confirmation.')
    .argument('<id>', 'the job, by its id or the beginning of it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('cistern purge 0192d3a4-…', 'cistern purge 0192d3a4-… --yes'))
    .action(async (given: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const api = await session.api(command);
      const id = await wholeJobId(api, given);
      await confirm(() => whatIsLost(api, id), { yes, io: session.io });
      await session
        .output(command)
        .answer(
          await api.call('POST /v1/jobs/{job}/purge', { job: id }),
          ({ purged }) => `Job ${visible(purged)} is gone.\n`,
        );
    });
}

/** Makes a question that describes the job, since an id is easily mistyped. */
async function whatIsLost(api: ApiClient, id: string): Promise<string> {
  const { batch, group, status, counts } = await api.call('GET /v1/jobs/{job}', { job: id });
  const of = group === undefined ? batch : `${batch}, group ${JSON.stringify(group)}`;
  const items = count(counts.items ?? counts.slots, 'item');
  return `Job ${id} of ${of} is ${status}; it and its ${items} will be gone for good.`;
}
