import type { View } from './view.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Writes a length of time in its two largest units: `3m 20s`. */
export function duration(ms: number): string {
  const largest = UNITS.findIndex(([, length]) => ms >= length);
  const [first, second] = UNITS.slice(largest < 0 ? UNITS.length : largest);
  if (!first) return `${Math.max(0, Math.round(ms))}ms`;
  const [unit, length] = first;
  const whole = `${Math.floor(ms / length)}${unit}`;
  const rest = second ? Math.floor((ms % length) / second[1]) : 0;
  return second && rest > 0 ? `${whole} ${rest}${second[0]}` : whole;
}

/** Writes how long ago or from now a time is: `3m 20s ago`, `in 5s`. */
export function relative(iso: string, now: number): string {
  const ago = now - Date.parse(iso);
  if (Number.isNaN(ago)) return iso;
  if (Math.abs(ago) < 1_000) return 'now';
  return ago > 0 ? `${duration(ago)} ago` : `in ${duration(-ago)}`;
}

/** Writes a time on this machine's clock: `2026-03-01 09:30:05`. */
function absolute(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** From this width on a table has room for both forms of a time. In narrower ones only the relative form is shown. */
const ROOM = 140;

/** Writes a time in a table, in both forms if there is room. */
export const whenInTable = (iso: string, { now, columns = Number.POSITIVE_INFINITY }: TimeView): string =>
  columns < ROOM ? relative(iso, now) : when(iso, now);

type TimeView = Pick<View, 'now' | 'columns'>;

/** Writes a time in both forms. The absolute one can be compared with logs. */
export const when = (iso: string, now: number): string => `${absolute(iso)} (${relative(iso, now)})`;
