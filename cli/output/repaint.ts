import type { Io } from '../io.ts';
import type { Output } from './output.ts';

/** Moves to the upper left corner, and clears the screen. */
const CLEAR = '\u001b[H\u001b[2J\u001b[3J';

/**
 * Shows an answer again and again, until it is interrupted. On a terminal it replaces the previous answer; elsewhere it is
 * written below.
 *
 * @param load gets the next answer
 */
export async function repaint<T>(
  { io, output, everyMs }: { readonly io: Io; readonly output: Output; readonly everyMs: number },
  load: () => Promise<T>,
  show: (answer: T) => Promise<void>,
): Promise<void> {
  while (!io.interrupted.aborted) {
    const answer = await load().catch((error: unknown) => {
      if (io.interrupted.aborted) return undefined;
      throw error;
    });
    if (answer === undefined) return;
    if (io.stdout.isTTY && !output.isJson) await io.stdout.write(CLEAR);
    await show(answer);
    await io.sleep(everyMs);
  }
}
