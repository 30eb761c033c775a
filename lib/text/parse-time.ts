/** A date, or a time with its zone: 2026-03-01, 2026-03-01T09:30Z, 2026-03-01T09:30:00.5+01:00. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d))?$/;

/**
 * Parses a date, which is its midnight in UTC, or a time with its zone. `Date.parse` makes of 30 February the 2 March.
 *
 * @returns milliseconds since the epoch; undefined if the text is no such time, or no day or hour that there is
 */
export function parseTime(text: string): number | undefined {
  const [, day, clock = 'T00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  if (day === undefined) return undefined;
  const inUtc = Date.parse(`${day}${clock}Z`);
  const at = Date.parse(`${day}${clock}${zone}`);
  if (Number.isNaN(inUtc) || Number.isNaN(at)) return undefined;
  // a day that there is not, and the hour 24, come out as another day
  return new Date(inUtc).toISOString().startsWith(day) ? at : undefined;
}
