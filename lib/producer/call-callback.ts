import type { ErrorCode } from '../errors.ts';
import { isThenable } from '../text/kind-of.ts';
import { messageOf } from '../text/message-of.ts';
import type { Refuse } from './refuse.ts';

/**
 * Calls one of a definition's callbacks. An error refuses the item. A promise does too, since the answer is needed at
 * once, and the promise itself would count as true.
 */
export function callCallback(
  option: string,
  code: ErrorCode,
  refuse: Refuse,
  callback: () => unknown,
): unknown {
  let answer: unknown;
  try {
    answer = callback();
    if (isThenable(answer)) {
      // the promise is not awaited elsewhere: its rejection would end the process
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
