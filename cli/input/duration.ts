import { InvalidArgumentError } from 'commander';

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/**
 * Parses a length of time such as `500ms`, `30s`, `5m` or `1h30m` to milliseconds. It refuses a number without a unit,
 * since that could mean seconds or milliseconds.
 */
export function parseDuration(text: string): number {
  if (!WHOLE.test(text))
    throw new InvalidArgumentError('It is a time with its unit: 500ms, 30s, 5m or 1h30m.');
  const parts = [...text.matchAll(PART)];
  return Math.round(parts.reduce((ms, [, value, unit = '']) => ms + Number(value) * (MS[unit] ?? 0), 0));
}
