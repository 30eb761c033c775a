import type { BufferKey } from './buffer-key.ts';

/** Where a dedup marker is unique: in a window, or in a group for as long as the key is remembered. */
export type KeyScope = { readonly job: string } | Pick<BufferKey, 'batch' | 'group'>;

/** The content of a dedup marker: the window, chunk and slot that hold the key. */
export interface KeyHolder {
  /** The window's job. */
  readonly job: string;
  readonly epoch: string;
  readonly window: number;
  readonly chunk: number;
  readonly slot: number;
  /** Until when it counts after its window has been sealed; undefined in a window's own scope. */
  readonly until: number | undefined;
  /**
   * The last window that the marker has named in each other buffer, by its head's epoch. The marker of a group's key
   * moves between buffers when a deployment changes `shards`.
   */
  readonly past?: Readonly<Record<string, number>>;
}
