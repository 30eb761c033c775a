import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.ts';
import type { JobWithItems } from '../api/api-types.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { askAboutJob } from '../jobs/ask-about-job.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { examples } from '../output/examples.ts';
import { jobDetails } from '../output/job-details.ts';
import type { Session } from '../session.ts';

export function jobCommand(program: Command, session: Session): void {
  program
    .command('job')
    .summary('a job in full')
    .description(
      'Shows a job: its times, its attempts with their errors, its progress and its result. The exit code is 1 when the job is failed or dead.',
    )
    .argument('<id>', 'the job, by its id or the beginning of it')
    .option('--items', 'with its items, and how each of them is')
    .addHelpText(
      'after',
      examples(
        'cistern job 0192d3a4-…',
        'cistern job 0192d3a4-… --items',
        'cistern job 0192d3a4-… --items --json | jq -c ".items[] | select(.state == \\"dead\\") | .item"',
      ),
    )
    .action(async (given: string, { items = false }: { items?: boolean }, command: Command) => {
      const api = await session.api(command);
      const id = await wholeJobId(api, given);
      const job = await askAboutJob(api, id, () =>
        items ? withAllItems(api, id) : api.call('GET /v1/jobs/{job}', { job: id }),
      );
      await session.output(command).answer(job, jobDetails);
      if (job.status === 'dead' || job.status === 'failed') session.exitCode = EXIT.failed;
    });
}

/** Reads a job with all its items, in as many requests as it takes. */
async function withAllItems(api: ApiClient, id: string): Promise<JobWithItems> {
  const { nextItem, ...job } = await api.call('GET /v1/jobs/{job}', { job: id, items: true });
  const items = [...(job.items ?? [])];
  for (let from = nextItem; from !== undefined; ) {
    const page = await api.call('GET /v1/jobs/{job}', { job: id, items: true, from });
    items.push(...(page.items ?? []));
    // a page that leads to itself would loop for ever
    from = page.nextItem === from ? undefined : page.nextItem;
  }
  return { ...job, ...(job.items && { items }) };
}
