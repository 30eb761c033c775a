import type { Head, OpenWindow } from '#lib/store/head';

/** When its window was opened. */
export const OPENED_AT = 1_000_000;

/** A head with an open window that has no slots taken yet, but for the change. */
export function aHead({
  open,
  ...change
}: Partial<Omit<Head, 'open'>> & { readonly open?: Partial<OpenWindow> } = {}): Head {
  return {
    epoch: 'e',
    window: 0,
    base: 0,
    next: 0,
    pending: [],
    dueAt: OPENED_AT,
    fails: 0,
    ...change,
    open: {
      cap: 10,
      waitMs: 1_000,
      openedAt: OPENED_AT,
      deadline: OPENED_AT + 1_000,
      armAt: OPENED_AT + 1_000,
      openedBy: 'w',
      bytes: 0,
      lastAt: OPENED_AT,
      ttl: { due: OPENED_AT, to: 0 },
      turn: undefined,
      ...open,
    },
  };
}
