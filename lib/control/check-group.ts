import type { Definition } from '../definition/options.ts';
import * as ERROR_CODES from '../error-codes.ts';
import { RequestError } from '../errors.ts';

/** A group has to be named where there are groups, and nowhere else. @throws RequestError `request.malformed` */
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
