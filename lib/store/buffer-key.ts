/** Names a buffer: the open items of one batch definition, group and shard. */
export interface BufferKey {
  readonly batch: string;
  /** undefined where the definition has no `groupBy`; any string, also the empty one, is a group. */
  readonly group: string | undefined;
  readonly shard: number;
}
