import type { Duration } from 'aws-cdk-lib';
import { UnknownBatchError } from '#lib/errors';
import { refuseSetting } from '../options/refuse-setting.ts';
import type { StackDefinition } from '../options/stack-definition.ts';
import { oldItemMs } from './thresholds.ts';

/** The age is told once a minute. */
const LEAST_MS = 60_000;

/**
 * From which age in ms on an item of a batch is too old: as it is said for it, or as its definition has it.
 *
 * @throws SettingsError `settings.invalid`, UnknownBatchError
 */
export function oldItemsOf(
  definitions: readonly StackDefinition[],
  said: Readonly<Record<string, Duration>> = {},
): (definition: StackDefinition) => number {
  const names = definitions.map(({ name }) => name);
  const ages = new Map(Object.entries(said));
  for (const [batch, age] of ages) {
    if (!names.includes(batch)) throw new UnknownBatchError(batch, names);
    const ms = age.toMilliseconds();
    if (ms < LEAST_MS) refuseSetting(`alarms.oldItems.${batch}`, '60,000 ms or more', ms);
  }
  return definition => ages.get(definition.name)?.toMilliseconds() ?? oldItemMs(definition);
}
