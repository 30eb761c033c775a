import { RECORD_LIFE_MS } from '../topology.ts';

/** A TTL attribute is in whole seconds: rounded up, so that nothing expires too early. */
export const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** The TTL attribute of a window's record that is put now. */
export const expiry = (now: number): { expires: number } => ({ expires: toSeconds(now + RECORD_LIFE_MS) });
