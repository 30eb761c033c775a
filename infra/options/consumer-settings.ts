import { UnknownBatchError } from '#lib/errors';
import { consumerKey } from '../bundling/function-code.ts';
import type { DeploymentOptions } from '../cistern-props.ts';
import type { ConsumerOptions } from './function-options.ts';
import { refuseSetting, refuseUnknownSetting } from './refuse-setting.ts';
import type { StackDefinition } from './stack-definition.ts';

/**
 * Returns the settings of consumers' functions, by `consumerKey`.
 *
 * @throws SettingsError `settings.invalid` for settings of a batch that is in a pool, or of an unknown pool;
 *   UnknownBatchError for settings of an unknown batch
 */
export function consumerSettings(
  definitions: readonly StackDefinition[],
  { consumers = {}, pools = {} }: Pick<DeploymentOptions, 'consumers' | 'pools'>,
): ReadonlyMap<string, ConsumerOptions> {
  const poolOf = new Map(definitions.map(({ name, pool }) => [name, pool]));
  const settings = new Map<string, ConsumerOptions>();
  for (const [batch, given] of Object.entries(consumers)) {
    if (!poolOf.has(batch)) throw new UnknownBatchError(batch, [...poolOf.keys()]);
    const pool = poolOf.get(batch);
    if (pool !== undefined) {
      refuseSetting(
        `consumers.${batch}`,
        `left out: the batch is in the pool ${pool}, set pools.${pool}`,
        given,
      );
    }
    settings.set(consumerKey({ batch, pool }), given);
  }
  const known = new Set([...poolOf.values()].filter(pool => pool !== undefined));
  for (const [pool, given] of Object.entries(pools)) {
    const names = known.size === 0 ? 'none, no definition is in a pool' : [...known].join(', ');
    if (!known.has(pool)) refuseUnknownSetting(`pools.${pool}`, names, given);
    settings.set(consumerKey({ batch: '', pool }), given);
  }
  return settings;
}
