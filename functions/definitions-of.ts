import { findDefinition } from '#lib/definition/find-definition';
import type { Definition } from '#lib/definition/options';
import * as ERROR_CODES from '#lib/error-codes';
import { SettingsError } from '#lib/errors';

/**
 * Finds the definitions that a consumer runs: one, or all of a pool.
 *
 * @throws UnknownBatchError; SettingsError `settings.invalid` for a pool that no definition is in
 */
export function definitionsOf(
  definitions: readonly Definition[],
  { batch, pool }: { readonly batch: string | undefined; readonly pool: string | undefined },
): [Definition, ...Definition[]] {
  if (pool === undefined) return [findDefinition(definitions, batch ?? '')];
  const [first, ...others] = definitions.filter(definition => definition.pool === pool);
  if (first) return [first, ...others];
  throw new SettingsError(
    ERROR_CODES.settingsInvalid,
    `CISTERN_POOL has to be a pool that a definition is in; it was ${JSON.stringify(pool)}.`,
  );
}
