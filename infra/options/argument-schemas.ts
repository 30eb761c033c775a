import * as v from 'valibot';
import { FLUSH_METRICS, METRICS } from '#lib/telemetry/metrics';
import { ADMIN_ACTIONS } from '#lib/topology';
import type { OperateRights } from '../rights/route-rights.ts';
import { group, someOf } from './setting-schemas.ts';

const oneOf = <T extends string>(names: readonly T[]) => v.picklist(names, `one of ${names.join(', ')}`);

const NAME = v.string('the name of a batch, each name an argument of its own');
/** Arguments that are batches' names. */
export const BATCHES = v.array(NAME);
export const METRIC = oneOf(Object.keys(METRICS));
export const FLUSH_REASON = oneOf(Object.keys(FLUSH_METRICS));
export const ACTIONS = v.array(oneOf(ADMIN_ACTIONS));

// a misspelt name must not grant everything, and neither must an empty list
export const OPERATE_RIGHTS = group<OperateRights>({
  batches: v.optional(someOf(v.string('the name of a batch'), 'an array of one batch or more')),
  operations: v.optional(someOf(v.string('the name of an operation'), 'an array of one operation or more')),
});
