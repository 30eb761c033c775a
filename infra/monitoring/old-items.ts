import type { Duration } from 'aws-cdk-lib/core';
import { UnknownBatchError } from '#lib/errors';
import { refuseSetting } from '../options/refuse-setting.ts';
import type { StackDefinition } from '../options/stack-definition.ts';
import { oldItemMs } from './thresholds.ts';

/** The least age that may be set: the ticker measures the age once a minute. */
const LEAST_MS = 60_000;

/**
 * Makes a function that returns the age in ms from which an item of a batch is too old: the age that is set for the batch,
 * or the default of its definition.
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
