import { type Command, Option } from 'commander';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import { parseDuration } from '../input/duration.ts';
import { wholeJobId } from '../jobs/find-job.ts';
import { waitForJob } from '../jobs/wait-for-job.ts';
import { examples } from '../output/examples.ts';
import { jobDetails } from '../output/job-details.ts';
import type { Session } from '../session.ts';

const DEFAULT_TIMEOUT = '15m';

export function waitCommand(program: Command, session: Session): void {
  program
    .command('wait')
    .summary('wait until a job has ended')
    .description(
      'Waits until a job has ended, and shows it. The job may be one whose window is not flushed yet. The exit code is 0 when the job is completed, 1 when it is failed or dead, 5 when the time is over.',
    )
    .argument('<id>', 'the job, by its id or the beginning of it')
    .addOption(
      new Option('--timeout <time>', 'how long to wait')
        .argParser(parseDuration)
        .default(parseDuration(DEFAULT_TIMEOUT), DEFAULT_TIMEOUT),
    )
    .addHelpText(
      'after',
      examples(
        'cistern wait 0192d3a4',
        'cistern wait 0192d3a4 --timeout 1h && echo completed',
        `cistern wait "$(cistern add clicks '{"id":"c1"}' --json | jq -r '.receipts[0].job')"`,
      ),
    )
    .action(async (given: string, { timeout }: { timeout: number }, command: Command) => {
      const api = await session.api(command);
      const output = session.output(command);
      const id = await wholeJobId(api, given);
      const job = await waitForJob({ api, io: session.io, progress: output.progress() }, id, timeout);
      await output.answer(job, jobDetails);
      session.exitCode = exitCodeOf(job.status);
    });
}

function exitCodeOf(status: string): ExitCode {
  if (status === 'completed') return EXIT.ok;
  return status === 'failed' || status === 'dead' ? EXIT.failed : EXIT.timedOut;
}
