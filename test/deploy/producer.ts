import type { Receipt } from 'cistern';
import { produced } from './definitions/lasting.ts';
import type { Item } from './item.ts';

/** A function of a user's own that adds, with its role's credentials, as the SDK finds them. */
export const handler = async ({
  items,
}: {
  readonly items: readonly Item[];
}): Promise<{ readonly receipts: readonly Receipt[] }> => ({ receipts: await produced.addBulk([...items]) });
