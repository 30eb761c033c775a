import { CLI_CODES, CommandError, InterruptedError, UsageError } from '../errors/errors.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Io } from '../io.ts';
import { visible } from '../output/visible.ts';

/**
 * Lets a person think again before what cannot be taken back. Where nobody can be asked, `--yes` has to say it:
 * a script that was not meant to do this stops, and does not hang.
 *
 * @param what will happen, as a sentence, or what finds that out
 * @throws UsageError without a terminal; CommandError `cli.not_confirmed` when the answer is no
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
