import { count, counted, exactDuration } from './format.ts';

/** Writes what an action was asked, which the log has as JSON: `group example.com, force, timeout 15 min`. */
export const askedText = (json: string): string => listed(json, nameAndValue);

/** Writes what came of an action: `3 redriven, 1 refused`. */
export const resultText = (json: string): string =>
  listed(json, (name, value) => {
    if (typeof value !== 'number') return nameAndValue(name, value);
    return name === 'jobs' ? counted(value, 'job') : `${count(value)} ${name}`;
  });

/** A text that the log has cut is no JSON, and is shown as it is. */
function listed(json: string, say: (name: string, value: unknown) => string): string {
  try {
    return Object.entries(JSON.parse(json))
      .map(([name, value]) => say(name, value))
      .filter(text => text !== '')
      .join(', ');
  } catch {
    return json;
  }
}

function nameAndValue(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? name : '';
  if (typeof value === 'number' && name.endsWith('Ms')) return `${name.slice(0, -2)} ${exactDuration(value)}`;
  return `${name} ${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}`;
}
