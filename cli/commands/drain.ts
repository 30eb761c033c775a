import { type Command, Option } from 'commander';
import type { DrainReport } from '../api/api-types.ts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import { confirm } from '../input/confirm.ts';
import { parseDuration } from '../input/duration.ts';
import { followDrain } from '../jobs/follow-drain.ts';
import { drainReport } from '../output/drain-report.ts';
import { examples } from '../output/examples.ts';
import type { Session } from '../session.ts';

interface DrainOptions {
  readonly timeout: number;
  readonly wait: boolean;
  readonly yes?: boolean;
}

/** The API's own default. */
const DEFAULT_TIMEOUT = '15m';

export function drainCommand(program: Command, session: Session): void {
  program
    .command('drain')
    .summary('flush and run all that a batch has, then leave it paused')
    .description(
      'Flushes all that is buffered, waits until no job of the batch waits, runs or retries, and leaves the batch paused; items that come meanwhile stay buffered. It wants a confirmation. The exit code is 0 when all jobs completed, 1 when some are failed or dead, 5 when the time was over. Ctrl-C ends the waiting, not the drain.',
    )
    .argument('<batch>', 'the batch')
    .addOption(
      new Option('--timeout <time>', 'how long it may take')
        .argParser(parseDuration)
        .default(parseDuration(DEFAULT_TIMEOUT), DEFAULT_TIMEOUT),
    )
    .option('--no-wait', 'start it only')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'cistern drain clicks',
        'cistern drain clicks --timeout 30m --yes',
        'cistern drain clicks --yes --no-wait && cistern drain clicks --yes   # start it, and follow it later',
      ),
    )
    .action(async (batch: string, { timeout, wait, yes = false }: DrainOptions, command: Command) => {
      const api = await session.api(command);
      const output = session.output(command);
      const { io } = session;
      await confirm(`${batch} is flushed, run to the end and left paused.`, { yes, io });
      const started = await api.call('POST /v1/batches/{batch}/drain', { batch, timeoutMs: timeout });
      const report = wait
        ? await followDrain({ api, io, progress: output.progress() }, started, timeout)
        : started;
      await output.answer(report, drainReport);
      session.exitCode = exitCodeOf(report, { wait });
    });
}

/** Returns the exit code. A drain that ends with dead jobs counts as failed. */
function exitCodeOf({ state, failed, dead }: DrainReport, { wait }: { wait: boolean }): ExitCode {
  if (state === 'timed_out') return EXIT.timedOut;
  // the command's own time was over before the drain's
  if (state === 'draining') return wait ? EXIT.timedOut : EXIT.ok;
  return failed + dead > 0 ? EXIT.failed : EXIT.ok;
}
