import type { ErrorCode } from '../errors.ts';
import { isThenable } from '../text/kind-of.ts';
import { messageOf } from '../text/message-of.ts';
import type { Refuse } from './refuse.ts';

/**
 * Asks one of a definition's callbacks. What it throws refuses the item, and so does a promise: an answer is needed at
 * once, and whoever took the promise itself for one would take it for true.
 */
export function ask(option: string, code: ErrorCode, refuse: Refuse, callback: () => unknown): unknown {
  let answer: unknown;
  try {
    answer = callback();
    if (isThenable(answer)) {
      // nobody else waits for it: its rejection would end the process
      answer.then(undefined, () => {});
    }
  } catch (error) {
    return refuse(code, `${option} threw: ${messageOf(error)}`);
  }
  if (!isThenable(answer)) return answer;
  return refuse(
    code,
    `${option} returned a promise. It has to answer at once: remove async, and look nothing up in it.`,
  );
}
