import { reportError } from './errors/report-error.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { Session } from './session.ts';
import { type LoadDashboard, loadDashboard } from './start/dashboard-page.ts';

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
    // looked up without the parser, since the command line itself may be wrong
    return reportError(error, io, { isJson: argv.includes('--json') });
  }
}
