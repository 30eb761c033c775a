import { NewerSchemaError } from '../errors.ts';

/**
 * The latest schema version of stored records that this version of Cistern knows. A record without `v` was stored before
 * there were versions, and has version 1.
 *
 * An attribute that older versions may ignore does not raise the schema version. A change that older versions would
 * misread does (docs/decisions/0024, and docs/upgrading.md for users).
 */
export const SCHEMA_VERSION = 2;

/** The version that records are made with, as their `v`. Their form has not changed since. */
export const RECORD_VERSION = 1;

/** The version of chunks whose duplicates are decided at the flush: older versions would give another batch. */
export const DECIDED_AT_FLUSH_VERSION = 2;

/**
 * Refuses a record of a later schema version, since this version would misread it.
 *
 * @param sk the record's sort key, whose part before a `|` names its kind
 * @throws NewerSchemaError
 */
export function assertKnown({ sk, v = 1 }: { sk?: unknown; v?: unknown }, known: number): void {
  if (Number(v) > known) throw new NewerSchemaError(String(sk).split('|')[0] ?? '', Number(v), known);
}
