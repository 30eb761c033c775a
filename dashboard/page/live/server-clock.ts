/** HTTP dates have whole seconds: what differs less than this is the same time. */
const TOLERANCE_MS = 2_500;

let offset = 0;

/** Learns from an answer's `Date` how far this machine's clock is off: times left are the server's. */
export function setServerTime(date: string | null): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const off = server - Date.now();
  offset = Math.abs(off) < TOLERANCE_MS ? 0 : off;
}

export const serverNow = (): number => Date.now() + offset;
