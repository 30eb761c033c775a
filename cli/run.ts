import { type LoadDashboard, loadDashboard } from './dashboard-page.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { Session } from './session.ts';

/**
 * Runs one command line.
 *
 * @param argv the arguments, without the program's name
 * @returns the exit code; it never throws
 */
export async function run(
  argv: readonly string[],
  io: Io,
  { dashboard = loadDashboard }: { readonly dashboard?: LoadDashboard } = {},
): Promise<number> {
  const session = new Session(io, dashboard);
  try {
    await createProgram(session).parseAsync(argv, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    // the command line may be what is wrong, so it is not asked of the parser
    return reportError(error, io, { isJson: argv.includes('--json') });
  }
}
