import { LIMITS } from '../definition/limits.ts';
import type { Definition, GroupLimits } from '../definition/options.ts';
import { isThenable, kindOf } from '../text/kind-of.ts';

/** How large a window may become, and how long it may wait for items. */
export interface Bounds {
  readonly maxSize: number;
  readonly maxWaitMs: number;
}

const OPTIONS = ['maxSize', 'maxWaitMs'] as const satisfies (keyof GroupLimits)[];

/**
 * Returns the maxSize and maxWaitMs of a group. Where `limits` gives none, the batch's apply.
 *
 * @throws TypeError when `limits` returns a value that is not allowed; also what `limits` itself throws
 */
export function limitsOf({ maxSize, maxWaitMs, limits }: Definition, group: string | undefined): Bounds {
  if (limits === undefined || group === undefined) return { maxSize, maxWaitMs };
  const own: unknown = limits(group) ?? {};
  if (typeof own !== 'object' || own === null || Array.isArray(own) || isThenable(own)) {
    // the promise is not awaited: its rejection would end the process
    if (isThenable(own)) own.then(undefined, () => {});
    throw new TypeError(`limits gave ${kindOf(own)}, which has to be { maxSize, maxWaitMs }, or undefined.`);
  }
  const unknown = Object.keys(own).find(key => !OPTIONS.some(option => option === key));
  if (unknown !== undefined) {
    throw new TypeError(
      `limits gave ${JSON.stringify(unknown)}, which is no limit; it may give ${OPTIONS.join(' and ')}.`,
    );
  }
  const given: GroupLimits = own;
  return {
    maxSize: checked('maxSize', given.maxSize ?? maxSize),
    maxWaitMs: checked('maxWaitMs', given.maxWaitMs ?? maxWaitMs),
  };
}

function checked(option: (typeof OPTIONS)[number], value: unknown): number {
  const { min, max } = LIMITS[option];
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const given = typeof value === 'number' || typeof value === 'string' ? String(value) : kindOf(value);
  throw new TypeError(`limits gave ${option} ${given}, which has to be an integer from ${min} to ${max}.`);
}
