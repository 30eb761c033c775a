import type { KeyScope } from './key-holder.ts';
import { groupName, jobKey, type RecordKey } from './keys.ts';

const KEY = 'key|';

/**
 * A dedup marker's key; `hash` is the dedup key's hash, since a sort key holds at most 1,024 bytes. A window's
 * markers are in its partition; those that outlive it have a partition each.
 */
export const dedupKey = (scope: KeyScope, hash: string): RecordKey =>
  'job' in scope
    ? { pk: jobKey(scope.job).pk, sk: KEY + hash }
    : { pk: `seen|${scope.batch}|${hash}|${groupName(scope.group)}`, sk: 'seen' };
