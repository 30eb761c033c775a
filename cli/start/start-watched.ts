import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { orMissing } from '#lib/parts';
import { EXIT, type ExitCode } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';

/** The variable with the dashboard's token, for a stack that is started again and again. */
export const TOKEN_VARIABLE = 'CISTERN_DASHBOARD_TOKEN';

const WATCH = /^(?:-w|--watch)$/;

/**
 * Runs this command line without `--watch` under `tsx watch`. That starts it anew when a file changes that it has loaded:
 * the definitions and their imports.
 *
 * @returns the exit code, after an interruption
 */
export async function startWatched({ interrupted }: Pick<Io, 'interrupted'>): Promise<ExitCode> {
  const [, script = '', ...args] = process.argv;
  // in a checkout, the conditions choose this package's sources
  const conditions = process.execArgv.filter(flag => flag.startsWith('--conditions'));
  const watch = ['watch', '--clear-screen=false', ...conditions, script];
  const rest = args.filter(word => !WATCH.test(word));
  // each start has the same token, so that an open page of the dashboard works on
  const env = { [TOKEN_VARIABLE]: randomBytes(24).toString('base64url'), ...process.env };
  const child = spawn(process.execPath, [tsxCommand(), ...watch, ...rest], { stdio: 'inherit', env });
  // Ctrl-C reaches the child too, but a signal to this process does not
  interrupted.addEventListener('abort', () => child.kill('SIGTERM'));
  await once(child, 'exit');
  return interrupted.aborted ? EXIT.ok : EXIT.failed;
}

function tsxCommand(): string {
  try {
    return createRequire(import.meta.url).resolve('tsx/cli');
  } catch (error) {
    return orMissing('local')(error);
  }
}
