import { number } from './number.ts';
import { duration } from './time.ts';

/**
 * Writes the options of a definition that are set in one line: `maxSize 500 · maxWaitMs 5s · retries.max 3 · grouped`.
 * Parts of an option have the names that a definition gives them.
 */
export const optionValues = (options: Readonly<Record<string, unknown>>): string =>
  Object.entries(options)
    .flatMap(([name, value]) => words(name, value))
    .join(' · ');

function words(name: string, value: unknown): string[] {
  if (value === false || value === undefined || value === null) return [];
  if (value === true) return [name];
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${name} ${value.join(', ')}`];
  if (typeof value === 'number') return [`${name} ${isTime(name) ? duration(value) : number(value)}`];
  if (typeof value !== 'object') return [`${name} ${value}`];
  return Object.entries(value).flatMap(([part, each]) => words(`${name}.${part}`, each));
}

/** Returns whether an option is a time in milliseconds. */
const isTime = (name: string): boolean => /(Ms|[dD]elay|[dD]uration|timeout)$/.test(name);
