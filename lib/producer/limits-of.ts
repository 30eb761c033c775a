import { LIMITS } from '../definition/limits.ts';
import type { Definition } from '../definition/options.ts';

/**
 * A group's own maxSize and maxWaitMs, the batch's where it has none.
 *
 * @throws TypeError when `limits` gives what is not allowed; and whatever it throws
 */
export function limitsOf(
  { maxSize, maxWaitMs, limits }: Definition,
  group: string | undefined,
): { readonly maxSize: number; readonly maxWaitMs: number } {
  if (limits === undefined || group === undefined) return { maxSize, maxWaitMs };
  const own = limits(group) ?? {};
  return {
    maxSize: checked('maxSize', own.maxSize ?? maxSize),
    maxWaitMs: checked('maxWaitMs', own.maxWaitMs ?? maxWaitMs),
  };
}

function checked(option: 'maxSize' | 'maxWaitMs', value: number): number {
  const { min, max } = LIMITS[option];
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(
    `limits gave ${option} ${String(value)}, which has to be an integer from ${min} to ${max}.`,
  );
}
