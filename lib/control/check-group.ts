import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';

/** Checks that a group is named if and only if the batch has groups. @throws RequestError `request.malformed` */
export function checkGroup(
  { name, groupBy }: Pick<Definition, 'name' | 'groupBy'>,
  group: string | undefined,
): void {
  if ((groupBy === undefined) === (group === undefined)) return;
  throw new RequestError(
    ERROR_CODES.requestMalformed,
    group === undefined
      ? `Batch ${name} has groups; say which: ?group=…`
      : `Batch ${name} has no groups; leave group out.`,
    { details: { field: 'group' } },
  );
}
