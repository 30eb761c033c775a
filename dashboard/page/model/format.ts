/** Numbers and times as an operator reads them; one language, so that they line up with the logs. */

const COUNT = new Intl.NumberFormat('en');
const BIG = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value: number): string => COUNT.format(value);

/** For axes and narrow places: `4.3K`. */
export const shortCount = (value: number): string => (value < 10_000 ? count(value) : BIG.format(value));

/** `1 item`, `2 items`; the plural is the singular with an s unless it is given. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** `240 ms`, `4.8 s`, `42 s`, `2 m 05 s`, `3 h 12 m`, `2 d 04 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND) return `${whole} ms`;
  if (whole < 9.95 * SECOND) return `${(whole / SECOND).toFixed(1)} s`;
  return coarse(whole);
}

/** As `duration`, in whole seconds: for what counts up or down before one's eyes. */
export const seconds = (ms: number): string => coarse(Math.max(0, ms));

function coarse(ms: number): string {
  if (ms < MINUTE - SECOND / 2) return `${Math.round(ms / SECOND)} s`;
  const rounded = Math.round(ms / SECOND) * SECOND;
  if (rounded < HOUR) return `${Math.floor(rounded / MINUTE)} m ${two((rounded % MINUTE) / SECOND)} s`;
  if (rounded < DAY) return `${Math.floor(rounded / HOUR)} h ${two(Math.floor((rounded % HOUR) / MINUTE))} m`;
  return `${Math.floor(rounded / DAY)} d ${two(Math.floor((rounded % DAY) / HOUR))} h`;
}

/** An option's length of time, exactly: `5 s`, `1.5 s`, `24 h`. */
export function exactDuration(ms: number): string {
  if (ms >= HOUR && ms % HOUR === 0) return `${count(ms / HOUR)} h`;
  if (ms >= MINUTE && ms % MINUTE === 0) return `${count(ms / MINUTE)} min`;
  return ms >= SECOND ? `${count(ms / SECOND)} s` : `${count(ms)} ms`;
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const SHORT_TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The time of day, with the date if it is not today's. */
export function clockTime(iso: string, now: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const sameDay = at.toDateString() === new Date(now).toDateString();
  return sameDay ? TIME.format(at) : `${DATE.format(at)}, ${TIME.format(at)}`;
}

export const hourAndMinute = (iso: string): string => SHORT_TIME.format(new Date(iso));

/** `28 Nov`. */
export const dayAndMonth = (iso: string): string => DATE.format(new Date(iso));

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1_000).toFixed(1)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

/** 0 to 100, whatever comes in. */
export const percentage = (part: number, whole: number): number =>
  whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0;
