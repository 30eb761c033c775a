import type { Command } from 'commander';
import type { BatchEvent } from '../api/api-types.ts';
import { UsageError } from '../errors/errors.ts';
import { explainModule } from '../errors/explain-module.ts';
import { explainPort } from '../errors/explain-port.ts';
import { wholeNumber } from '../input/whole-number.ts';
import { eventLine } from '../output/event-line.ts';
import { examples } from '../output/examples.ts';
import type { Output } from '../output/output.ts';
import { visible } from '../output/visible.ts';
import type { CommonOptions, Session } from '../session.ts';
import { endWatch, startWatched, TOKEN_VARIABLE } from '../start/start-watched.ts';

interface StartOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly batches?: string;
  readonly quiet?: boolean;
  readonly watch?: boolean;
  readonly cors?: readonly string[];
}

const DEFAULT_BATCHES = 'batches';

export function startCommand(program: Command, session: Session): void {
  program
    .command('start')
    .summary('run the whole stack on this machine')
    .description(
      'Runs a whole deployment in this process, without AWS: the functions, the queues, the table and the HTTP API. It writes a line for each flush, each failed attempt and each end of a job. It serves until Ctrl-C, and then lets running handlers end.',
    )
    .option(
      '--port <port>',
      'where the API listens; 0 takes a free port (default: PORT or 4680)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--data-dir <directory>',
      'where buffers are kept, so that they outlive the process (default: in memory)',
    )
    .option(
      '--batches <module>',
      `the module with the definitions, a file or a folder with an index (default: CISTERN_BATCHES or ${DEFAULT_BATCHES})`,
    )
    .option(
      '--cors <origins...>',
      'lets web pages of these origins add from a browser (default: no page of another origin)',
    )
    .option('-q, --quiet', 'write no line for what happens')
    .option(
      '-w, --watch',
      'start anew when a file of the definitions changes; with --data-dir nothing is lost',
    )
    .addHelpText(
      'after',
      examples(
        'cistern start',
        'cistern start --watch',
        'cistern start --cors http://localhost:5173',
        'cistern start --port 4700 --data-dir .cistern --batches src/batches.ts',
      ),
    )
    .action(async (options: StartOptions, command: Command) => {
      const { url, stack } = command.optsWithGlobals<CommonOptions>();
      if (url !== undefined || stack !== undefined) {
        throw new UsageError(
          '`start` runs a stack on this machine; --url and --stack are for the other commands.',
        );
      }
      const { port = portFrom(session.io.env['PORT']) } = options;
      if (options.watch) session.exitCode = await startWatched(session.io);
      else await serve(session, { ...options, ...(port !== undefined && { port }) }, command);
    });
}

async function serve(session: Session, options: StartOptions, command: Command): Promise<void> {
  const { env } = session.io;
  const output = session.output(command);
  const { batches = env['CISTERN_BATCHES'] ?? DEFAULT_BATCHES, dataDir, port } = options;
  const token = env[TOKEN_VARIABLE];
  // loaded only here: the local stack takes longer to load than other commands take to run
  const { startLocal } = await import('../../local/index.ts');
  const local = await startLocal({
    batches,
    log: true,
    ...(!options.quiet && { onEvent: event => void tellEvent(output, event), everyEvent: true }),
    ...(port !== undefined && { port }),
    ...(dataDir !== undefined && { dataDir }),
    ...(options.cors && { cors: options.cors }),
    ...(token && { dashboardToken: token }),
  })
    .catch(explainModule)
    .catch(explainPort)
    .catch(endWatch);
  try {
    const names = local.definitions.map(({ name }) => name);
    await output.answer(
      {
        url: local.url,
        dashboard: local.dashboard,
        batches: names,
        ...(dataDir !== undefined && { dataDir }),
      },
      () =>
        `Cistern is at ${local.url}, with ${visible(names.join(', '))}. Its dashboard:\n\n  ${local.dashboard}\n\nCtrl-C ends it.\n`,
    );
    await session.interruption();
    await output.note('Letting what runs come to its end; Ctrl-C again does not wait for it.');
  } finally {
    await local.stop();
  }
}

/** Shows an event to people. Programs get events from `cistern tail --json`. */
async function tellEvent(output: Output, event: BatchEvent): Promise<void> {
  if (!output.isJson) await output.write(eventLine(event, output.view));
}

function portFrom(given: string | undefined): number | undefined {
  if (given === undefined || given === '') return undefined;
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new UsageError(`PORT has to be a number from 0 to 65535; it was ${JSON.stringify(given)}.`);
}
