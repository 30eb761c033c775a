import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import * as ERROR_CODES from '#lib/error-codes';
import { orMissing } from '#lib/parts';
import { codeOf } from '../errors/error-facts.ts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';

/** The variable with the dashboard's token, for a stack that is started again and again. */
export const TOKEN_VARIABLE = 'CISTERN_DASHBOARD_TOKEN';

/** The variable that tells a start that it runs under a watch. */
const WATCHED_VARIABLE = 'CISTERN_START_WATCHED';

const WATCH = /^(?:-w|--watch)$/;

/**
 * Runs this command line without `--watch` under `tsx watch`. That starts it anew when a file changes that it has loaded:
 * the definitions and their imports. The watch ends at Ctrl-C, and where a start has ended it.
 *
 * @returns the exit code
 */
export async function startWatched({ interrupted }: Pick<Io, 'interrupted'>): Promise<ExitCode> {
  const [, script = '', ...args] = process.argv;
  // in a checkout, the conditions choose this package's sources
  const conditions = process.execArgv.filter(flag => flag.startsWith('--conditions'));
  const watch = ['watch', '--clear-screen=false', ...conditions, script];
  const rest = args.filter(word => !WATCH.test(word));
  // each start has the same token, so that an open page of the dashboard works on
  const token = { [TOKEN_VARIABLE]: randomBytes(24).toString('base64url') };
  const env = { ...token, ...process.env, [WATCHED_VARIABLE]: 'true' };
  const child = spawn(process.execPath, [tsxCommand(), ...watch, ...rest], { stdio: 'inherit', env });
  // Ctrl-C reaches the child too, but a signal to this process does not
  interrupted.addEventListener('abort', () => child.kill('SIGTERM'));
  await once(child, 'exit');
  return interrupted.aborted ? EXIT.ok : EXIT.failed;
}

/**
 * Ends the watch that this start runs under, if there is one, where no change of a file can mend an error: a port or a
 * directory that is in use, a package that is not installed. `tsx watch` would wait for a change for ever.
 *
 * @throws the error, unchanged
 */
export function endWatch(error: unknown): never {
  if (WATCHED_VARIABLE in process.env && !isMendedByChange(error)) {
    // when this process has written its error: `tsx watch` passes the signal on to it
    process.once('exit', () => process.kill(process.ppid, 'SIGTERM'));
  }
  throw error;
}

/** Definitions that cannot be loaded are watched. A module that is not there has no file to watch. */
const isMendedByChange = (error: unknown): boolean =>
  String(codeOf(error)).startsWith('definition.') && codeOf(error) !== ERROR_CODES.definitionModuleNotFound;

function tsxCommand(): string {
  try {
    return createRequire(import.meta.url).resolve('tsx/cli');
  } catch (error) {
    return orMissing('local')(error);
  }
}
