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
      ? `Batch ${name} has groups, and each has its own buffers and dedup keys. Name one: ?group=… in a request, --group in a command.`
      : `Batch ${name} has no groups. Leave the group out.`,
    { details: { field: 'group' } },
  );
}
