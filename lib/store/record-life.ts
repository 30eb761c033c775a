/** Window records expire so long after they were put, long after any writer's end. Deletes by TTL cost nothing. */
export const RECORD_LIFE_MS = 30 * 86_400_000;
/** How long records of unfinished work live. The ticker prolongs a record's life when half of it has passed. */
export const KEPT_LIFE_MS = 400 * 86_400_000;
/**
 * How long an ended job's record stays in the table, shown or not. A process may publish the window again, from a marker
 * that was left behind or after it stood still. It finds the record then, as does every copy of the job's message, and
 * the batch does not run again. The time is longer than SQS keeps a message (14 days) and than the ticker may be out (13
 * days).
 */
export const ENDED_LIFE_MS = 15 * 86_400_000;
/** The ticker looks at each record of unfinished work at least so often, even if its time is later. */
export const LOOK_EVERY_MS = 86_400_000;

/** Rounds ms up to the whole seconds of a TTL attribute, so that no record expires too early. */
export const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** Makes the TTL attribute of a window's record that is put now. */
export const expiry = (now: number): { expires: number } => ({ expires: toSeconds(now + RECORD_LIFE_MS) });
