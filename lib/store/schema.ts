import { NewerSchemaError } from '../errors.ts';

/**
 * The latest form of stored records that this version of Cistern knows, and the one it gives to records that it
 * makes: their `v`. What has none was stored before there were versions, and is of version 1.
 *
 * An attribute that an older version may leave unread does not raise it. What an older version would misread does:
 * docs/decisions/0024 says what goes with it, docs/upgrading.md what it means to users.
 */
export const SCHEMA_VERSION = 1;

/**
 * Lets nothing through that a later version has stored: here it would be misread.
 *
 * @param sk what says its kind, before a `|`
 * @throws NewerSchemaError
 */
export function assertKnown({ sk, v = 1 }: { sk?: unknown; v?: unknown }, known: number): void {
  if (Number(v) > known) throw new NewerSchemaError(String(sk).split('|')[0] ?? '', Number(v), known);
}
