import { once } from 'node:events';

export interface Inbox<T> {
  readonly items: T[];
  readonly put: (item: T) => void;
  /** Resolves when there are so many. */
  of(count: number): Promise<T[]>;
}

/** Events as they come, to be awaited one by one. */
export function inbox<T>(): Inbox<T> {
  const target = new EventTarget();
  const items: T[] = [];
  return {
    items,
    put: (item: T) => {
      items.push(item);
      target.dispatchEvent(new Event('item'));
    },
    async of(count: number): Promise<T[]> {
      while (items.length < count) await once(target, 'item');
      return items;
    },
  };
}
