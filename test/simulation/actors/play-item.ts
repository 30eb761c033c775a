/** An item as producers add it. */
export interface PlayItem {
  readonly id: string;
  readonly group: string;
  readonly key: string;
  readonly urgent: boolean;
}
