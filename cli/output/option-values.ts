import { number } from './number.ts';
import { duration } from './time.ts';
import { toJsonLine } from './visible.ts';

/** A definition's options in one line, those that are set: `maxSize 500 · maxWaitMs 5s · grouped`. */
export function optionValues(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .flatMap(([name, value]) => {
      if (value === false || value === undefined || value === null) return [];
      if (value === true) return [name];
      if (Array.isArray(value)) return value.length === 0 ? [] : [`${name} ${value.join(', ')}`];
      return [`${name} ${one(name, value)}`];
    })
    .join(' · ');
}

function one(name: string, value: unknown): string {
  if (typeof value === 'number') return name.endsWith('Ms') ? duration(value) : number(value);
  return typeof value === 'string' ? value : toJsonLine(value);
}
