import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { actionsCommand } from './commands/actions.ts';
import { addCommand } from './commands/add.ts';
import { completionCommand } from './commands/completion.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drainCommand } from './commands/drain.ts';
import { errorsCommand } from './commands/errors.ts';
import { findCommand } from './commands/find.ts';
import { flushCommand } from './commands/flush.ts';
import { groupsCommand } from './commands/groups.ts';
import { initCommand } from './commands/init.ts';
import { jobCommand } from './commands/job.ts';
import { jobsCommand } from './commands/jobs.ts';
import { logsCommand } from './commands/logs.ts';
import { pauseCommand } from './commands/pause.ts';
import { peekCommand } from './commands/peek.ts';
import { purgeCommand } from './commands/purge.ts';
import { redriveCommand } from './commands/redrive.ts';
import { resumeCommand } from './commands/resume.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { tailCommand } from './commands/tail.ts';
import { verifyCommand } from './commands/verify.ts';
import { waitCommand } from './commands/wait.ts';
import { UsageError } from './errors/errors.ts';
import { examples } from './output/examples.ts';
import { hasColours, viewOf } from './output/view.ts';
import type { Session } from './session.ts';

const GROUPS = [
  ['On this machine:', [initCommand, startCommand, dashboardCommand, completionCommand]],
  [
    'See:',
    [
      statusCommand,
      groupsCommand,
      peekCommand,
      findCommand,
      jobsCommand,
      jobCommand,
      logsCommand,
      errorsCommand,
      actionsCommand,
      tailCommand,
      waitCommand,
      verifyCommand,
      doctorCommand,
    ],
  ],
  [
    'Act:',
    [addCommand, flushCommand, pauseCommand, resumeCommand, drainCommand, redriveCommand, purgeCommand],
  ],
] as const;

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 not reachable · 4 refused by the API · 5 timed out · 130 interrupted
`;

/** Makes the command line with its commands and their common options. */
export function createProgram(session: Session): Command {
  const { stdout, stderr, env } = session.io;
  const { style } = viewOf(stdout, session.io);
  const program = new Command('cistern')
    .description('Runs Cistern on this machine, and operates deployments of it.')
    // settings have to come before the commands, which copy them
    .exitOverride()
    .configureOutput({
      writeOut: text => void stdout.write(text),
      writeErr: text => void stderr.write(text),
      // `reportError` writes errors
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => hasColours(stdout, env),
      getErrHasColors: () => hasColours(stderr, env),
    })
    .configureHelp({ showGlobalOptions: true, styleTitle: text => style('bold', text) })
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help with examples')
    .addOption(new Option('--url <url>', 'API to use (default: CISTERN_URL or http://127.0.0.1:4680)'))
    .addOption(new Option('--stack <name>', 'deployment to use, by its CloudFormation stack'))
    .addOption(new Option('--region <region>', 'AWS region of the stack'))
    .addOption(new Option('--profile <profile>', 'AWS profile to use for the stack'))
    .addOption(new Option('--json', 'answer as JSON, as the API gave it'))
    .addHelpText(
      'after',
      examples('cistern init', 'cistern start', 'cistern status', 'cistern status --stack shop') + EXIT_CODES,
    );
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, session);
  }
  program.commandsGroup('Help:').helpCommand(false);
  program
    .command('help')
    .summary('show the help of a command')
    .argument('[command]', 'the command')
    .action((name: string | undefined) => {
      const found = program.commands.find(command => command.name() === name);
      if (name !== undefined && found === undefined) {
        throw new UsageError(`Unknown command '${name}'. \`cistern help\` lists them all.`);
      }
      (found ?? program).help();
    });
  return program;
}

function version(): string {
  // by its name in the package: it is one folder up from the source, and two from the built files
  const { version: current } = createRequire(import.meta.url)('#package.json') as { version: string };
  return current;
}
