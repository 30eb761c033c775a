import { CLI_CODES, CommandError, InterruptedError, UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { visible } from '../output/visible.ts';

/**
 * Asks for confirmation before an action that cannot be undone. Without a terminal `--yes` is required, so that a script
 * without it stops, and does not hang.
 *
 * @param what a sentence that says what will happen, or a function that makes it
 * @throws UsageError without a terminal; CommandError `cli.not_confirmed` if the answer is no
 */
export async function confirm(
  what: string | (() => Promise<string>),
  { yes, io }: { readonly yes: boolean; readonly io: Io },
): Promise<void> {
  if (yes) return;
  if (!io.stdin.isTTY || !io.stderr.isTTY) {
    throw new UsageError('This has to be confirmed, and there is no terminal to ask on; --yes confirms it.');
  }
  const question = typeof what === 'string' ? what : await what();
  const answer = await io.ask(`${visible(question)} Go on? [y/N] `);
  if (io.interrupted.aborted)
    throw new InterruptedError(io.interrupted.reason, 'Interrupted; nothing was done.');
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CommandError(CLI_CODES.notConfirmed, EXIT.failed, 'Nothing was done.');
}
