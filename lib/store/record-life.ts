import { RECORD_LIFE_MS } from '../topology.ts';

/** Rounds ms up to the whole seconds of a TTL attribute, so that no record expires too early. */
export const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** Makes the TTL attribute of a window's record that is put now. */
export const expiry = (now: number): { expires: number } => ({ expires: toSeconds(now + RECORD_LIFE_MS) });
