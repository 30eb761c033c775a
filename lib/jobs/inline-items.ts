import { unpackItems } from '../memory/inline.ts';
import type { InlineMessage } from '../store/queue-ports.ts';
import { asError } from './to-error.ts';

/** The items of a job can never be read, since its message is not what its writer wrote. */
export class UnreadableItemsError extends Error {
  override readonly name = 'UnreadableItemsError';
}

/** The items that a message carries. @throws UnreadableItemsError */
export async function inlineItems({
  items,
}: Pick<InlineMessage, 'items'>): Promise<{ readonly items: unknown[]; readonly json: string }> {
  try {
    const json = await unpackItems(items);
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed)) return { items: parsed, json };
    throw new Error('they are no array');
  } catch (cause) {
    const why = asError(cause).message;
    throw new UnreadableItemsError(`the items in the message of this batch cannot be read: ${why}`, {
      cause,
    });
  }
}
