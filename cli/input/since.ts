import { InvalidArgumentError } from 'commander';
import { parseTime } from '#lib/text/parse-time';
import { parseDuration } from './duration.ts';

/** A point in time: how long ago (`2h`, `90m`) or a date (`2026-03-01`, `2026-03-01T09:30Z`). */
export type Since = { readonly ago: number } | { readonly at: number };

export function parseSince(text: string): Since {
  const at = parseTime(text);
  if (at !== undefined) return { at };
  const days = /^(\d+)d$/.exec(text)?.[1];
  if (days !== undefined) return { ago: Number(days) * 86_400_000 };
  try {
    return { ago: parseDuration(text) };
  } catch {
    throw new InvalidArgumentError(
      'It is how long ago (30m, 2h, 7d), a day of the calendar (2026-03-01, in UTC) or a time with its zone (2026-03-01T09:30Z).',
    );
  }
}

/** Returns the point in time as the API takes it. */
export const toIso = (since: Since, now: number): string =>
  new Date('at' in since ? since.at : now - since.ago).toISOString();
