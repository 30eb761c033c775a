import { createHash } from 'node:crypto';

/** An item as producers add it. */
export interface PlayItem {
  readonly id: string;
  readonly group: string;
  readonly key: string;
  readonly urgent: boolean;
  /** What makes a large item large. */
  readonly content?: string;
}

/** A text that does not compress well, another one for each item. Its length is in bytes. */
export const contentOf = (id: string, bytes: number): string =>
  createHash('shake256', { outputLength: bytes }).update(id).digest('base64').slice(0, bytes);
