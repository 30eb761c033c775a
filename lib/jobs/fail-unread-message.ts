import type { Definition } from '../definition/options.ts';
import type { CloseServices } from '../store/services.ts';
import { beginningOf } from '../text/cut.ts';
import { failUnread } from './fail-unread.ts';
import { fromErrorRecord } from './to-error.ts';

/** Characters of a message that the record of its job keeps. */
const KEPT_LENGTH = 500;

/** A message names no job. Neither this version nor a later one has sent it. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/**
 * Makes a failed job of a message that names no job. The job's record keeps the reason and the beginning of the message.
 *
 * @param definition the batch in whose queue the message came
 * @param id the message's id. The job's id follows from it, so that a message makes one job however often it comes
 * @param cause why it cannot be read
 */
export async function failUnreadMessage(
  services: CloseServices,
  definition: Definition,
  { id, body, cause }: { readonly id: string; readonly body: string; readonly cause: UnreadableMessageError },
): Promise<void> {
  const now = services.clock.now();
  const times = { createdAt: now, deadline: now, sealedAt: now };
  const job = {
    id,
    batch: definition.name,
    group: undefined,
    place: undefined,
    count: 0,
    reason: 'manual',
  } as const;
  const why = `a message in the queue of this batch cannot be read: ${cause.message}`;
  const error = {
    name: cause.name,
    message: `${why}. It begins: ${beginningOf(body, KEPT_LENGTH)}`,
  };
  await failUnread(services, definition, { ...job, ...times }, fromErrorRecord(error));
}
